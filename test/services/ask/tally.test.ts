import assert from 'node:assert/strict'
import {Tally} from '../../../src/services/ask/tally.ts'

const answer = (choice: string | null, text = choice ?? '') => ({
  ...{from: '', choice, text},
  time: '2026-11-20T08:00:00Z',
})

describe('tally', () => {
  it('counts each person once, and the last answer', () => {
    const tally = new Tally(['yes', 'no'], 2)
    tally.set('a', 'A', answer('yes'))
    tally.set('a', 'A', answer('yes'))
    assert.equal(tally.decision, undefined)
    tally.withdraw('a')
    tally.set('b', 'B', answer('yes'))
    assert.equal(tally.agreed, 1)
    tally.set('a', 'A', answer('yes'))
    assert.deepEqual(tally.decision, {decided: 'yes', exitCode: 0})
    assert.deepEqual(tally.namesFor('yes'), ['B', 'A'])
  })

  it('any other choice than the first decides at once', () => {
    const tally = new Tally(['yes', 'no', 'later'], 3)
    tally.set('a', 'A', answer('yes'))
    tally.set('b', 'B', answer('later'))
    assert.deepEqual(tally.decision, {decided: 'later', exitCode: 3})
    assert.deepEqual(tally.namesFor('later'), ['B'])
  })

  it('any text counts as the first choice', () => {
    const tally = new Tally(undefined, 1)
    tally.set('a', 'A', answer(null, '2.1'))
    assert.deepEqual(tally.decision, {decided: '2.1', exitCode: 0})
    assert.deepEqual(tally.namesFor('2.1'), ['A'])
  })
})
