import assert from 'node:assert/strict'
import {endingOf} from '../../src/cli/event-log.ts'
import {EXIT, Failure} from '../../src/errors.ts'

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
