import assert from 'node:assert/strict'
import {EventLog, endingOf} from '../../src/cli/event-log.ts'
import {EXIT, Failure} from '../../src/errors.ts'
import {nextTurn} from '../../src/next-turn.ts'

describe('the events of a run', () => {
  it('have a write each, in order; those of one turn count as written when all writes have ended', async () => {
    const lines: string[] = []
    const ends: (() => void)[] = []
    const log = new EventLog((_, line) => {
      lines.push(line())
      return new Promise((resolve) => ends.push(resolve))
    })
    const added: number[] = []
    const add = async (): Promise<void> => {
      const {seq} = await log.add({event: 'message'}, ({seq}) => `line ${seq}`)
      added.push(seq)
    }
    const both = [add(), add()]
    await nextTurn()
    assert.deepEqual(lines, ['line 0', 'line 1'])
    ends[0]?.()
    await nextTurn()
    assert.deepEqual(added, [])
    ends[1]?.()
    await Promise.all(both)
    assert.deepEqual(added, [0, 1])
  })
})

describe('the end of a list of events', () => {
  const reasonFor = (code: string) => endingOf(new Failure(code, 'It ended', EXIT.protocol))?.reason

  it('has the reason of its failure', () => {
    assert.equal(reasonFor('kicked'), 'out-of-room')
    assert.equal(reasonFor('conflict'), 'stream-error')
  })

  it('has the reason of a stream error for any condition that a server invents', () => {
    for (const code of ['constructor', 'toString', '__proto__'])
      assert.equal(reasonFor(code), 'stream-error')
  })
})
