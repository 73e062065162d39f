import assert from 'node:assert/strict'
import {EventLog, endingOf} from '../../src/cli/event-log.ts'
import {EXIT, Failure} from '../../src/errors.ts'
import {nextTurn} from '../../src/next-turn.ts'

describe('the events of a run', () => {
  it('are written in order, those of one turn at once, and count as written when the write has ended', async () => {
    const writes: {lines: string[]; finish(): void}[] = []
    const log = new EventLog((records) => {
      const lines = records.map(({line}) => line?.() ?? '')
      return new Promise((finish) => writes.push({lines, finish}))
    })
    const added: number[] = []
    const add = async (): Promise<void> => {
      const {seq} = await log.add({event: 'message'}, ({seq}) => `line ${seq}`)
      added.push(seq)
    }
    const first = [add(), add()]
    await nextTurn()
    const second = add()
    await nextTurn()
    assert.deepEqual(
      writes.map(({lines}) => lines),
      [['line 0', 'line 1'], ['line 2']],
    )
    assert.deepEqual(added, [])
    writes[0]?.finish()
    await Promise.all(first)
    assert.deepEqual(added, [0, 1])
    writes[1]?.finish()
    await second
    assert.deepEqual(added, [0, 1, 2])
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
