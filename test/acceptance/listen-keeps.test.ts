/** What `xmpp listen` did not print stays where the next run finds it, with and without an archive. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers} from '../session/people.ts'
import {admit, readRequest} from '../support/admit.ts'
import {environment, finish, start} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {bodiesOf} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {newStage} from '../support/stage.ts'

for (const [name, startServer] of Object.entries({
  prosody: () => startProsody({users: ['romeo', 'juliet']}),
  'prosody without an archive': () => startProsody({users: ['romeo', 'juliet'], archive: false}),
  ejabberd: () => startEjabberd({users: ['romeo', 'juliet']}),
  'ejabberd without an archive': () => startEjabberd({users: ['romeo', 'juliet'], archive: false}),
})) {
  describe(`listen keeps what it did not print, on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    beforeEach(async () => {
      server = await startServer()
    })
    afterEach(() => server.stop())

    const listen = (flags = ''): ChildProcess =>
      start(`exec xmpp listen --json --include message ${flags}`, environment(server, 'juliet'))
    const send = (bodies: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          for (const body of bodies) await stanzas.send(chat('juliet@localhost', body))
        },
        {trace: {}},
      )

    it('takes nothing from the server when a room cannot be entered', async () => {
      await send(numbers(5))
      const refused = await finish(listen('--room nosuch@conference.localhost --nick jules'))
      assert.equal(refused.status, 67, refused.stdout)
      assert.deepEqual(await bodiesOf(listen('--count 5 --timeout 20s')), numbers(5))
    })
  })
}

describe('listen to a room that does not answer', () => {
  const {play, run} = newStage()

  it('does not announce the account, which would have all that waits delivered', async () => {
    const at = await play(async (peer) => {
      await admit(peer)
      const id = await readRequest(peer)
      peer.write(`<iq type='result' id='${id}' from='silent@conference.localhost'>
        <query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query></iq>`)
      await peer.read('</presence>')
    })
    const room = '--room silent@conference.localhost --nick alice'
    const {status} = await run(`listen --json --timeout 1s ${room}`, {at})
    assert.equal(status, 124)
    const [said = ''] = await at.said()
    assert.match(said, /<presence to="silent@conference.localhost\/alice"/)
    assert.doesNotMatch(said, /<presence(?! to=)/)
  })
})
