import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../src/errors.ts'
import {failedResult} from '../../src/services/send/delivery.ts'
import {xml} from '../../src/xml.ts'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

const ROOM = 'tea@conference.localhost'
const HINT = `If ${ROOM} is a room, add --room`

describe('a message to a room without --room', () => {
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice']})
  })
  after(() => server.stop())

  it('fails on Prosody with a hint', async () => {
    const env = environment(server, 'alice')
    await runXmpp(`room create ${ROOM}`, env)
    const {status, stderr} = await runXmpp(`send ${ROOM} hello`, env)
    assert.equal(status, EXIT.unavailable)
    assert.ok(stderr.includes(`      ${HINT}\n`), stderr)
  })

  // ejabberd may send the error after its reply to the ping, when the run has ended.
  const hintOf = (condition: string, to: string, room?: object): string | undefined => {
    const failure = new Failure(condition, 'Refused', EXIT.data, {stage: 'request', condition})
    const message = {element: xml('message', {to, id: '1'}), ...(room && {room})}
    return failedResult(message as Parameters<typeof failedResult>[0], failure).error?.hint
  }

  it('has the hint for the condition of ejabberd', () =>
    assert.equal(hintOf('not-acceptable', ROOM), HINT))

  it('has none for a user, for another condition, and with --room', () => {
    assert.equal(hintOf('not-acceptable', 'bob@localhost'), undefined)
    assert.equal(hintOf('forbidden', ROOM), undefined)
    assert.equal(hintOf('not-acceptable', ROOM, {nick: 'alice'}), undefined)
  })
})
