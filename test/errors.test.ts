import assert from 'node:assert/strict'
import {EXIT, Failure, SLOW_SERVER, unconfirmedFailure} from '../src/errors.ts'

const failure = new Failure('not-found', 'The server does not know it', EXIT.noUser, {
  stage: 'request',
  condition: 'item-not-found',
  text: 'Unknown',
  hint: 'Look again',
})

describe('Failure', () => {
  it('is the cause of its copy, which keeps all other parts', () => {
    const copy = failure.with({message: 'It is gone'})
    assert.deepEqual(copy.toJSON(), {...failure.toJSON(), message: 'It is gone'})
    assert.equal(copy.cause, failure)
  })

  it('loses a part that a copy sets to undefined', () => {
    const {hint, text} = failure.with({hint: undefined, text: undefined})
    assert.deepEqual([hint, text], [undefined, undefined])
  })

  it('names its subject once', () => {
    const named = failure.about('juliet@example.com')
    assert.equal(named.message, 'juliet@example.com: The server does not know it')
    assert.equal(named.about('juliet@example.com'), named)
  })

  it('has an unknown outcome for a request that was written, can have an effect and was not confirmed', () => {
    const lost = new Failure('connection-lost', 'The connection was lost', EXIT.temporary)
    const unknown = unconfirmedFailure({effect: true, written: true}, lost)
    assert.equal(unknown.exitCode, EXIT.unknownOutcome)
    assert.ok(unknown.isUnknownOutcome)
    assert.equal(unconfirmedFailure({effect: false, written: true}, lost), lost)
    assert.equal(unconfirmedFailure({effect: true, written: false}, lost), lost)
  })

  it('can be repeated if the session did not open before the deadline, and says so', () => {
    const waiting = new Failure('timeout', 'No answer came within 3 s', EXIT.deadline)
    const unsent = unconfirmedFailure({effect: true, written: false}, waiting)
    assert.equal(unsent.exitCode, EXIT.temporary)
    assert.equal(unsent.hint, SLOW_SERVER)
    const closed = new Failure('timeout', 'The session did not open within 3 s', EXIT.temporary)
    assert.equal(unconfirmedFailure({effect: true, written: false}, closed), closed)
  })

  it('keeps the exit status of a signal for any outcome', () => {
    const ended = new Failure('interrupted', 'Interrupted by SIGTERM', 143)
    const unknown = unconfirmedFailure({effect: true, written: true}, ended)
    assert.equal(unknown.exitCode, 143)
    assert.ok(unknown.isUnknownOutcome)
  })
})
