import assert from 'node:assert/strict'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {type Presence, parsePresence} from '../../src/protocol/presence/presence.ts'
import {withSession} from '../../src/session/session.ts'
import {account} from '../fixtures/accounts.ts'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const ROOM = 'tea@conference.localhost'

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`presence set in a room of ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'host']})
    })
    after(() => server.stop())

    it('is visible to its occupants until the end', () =>
      withSession(
        account(server, 'host', server.tlsPort),
        async ({stanzas}) => {
          const arrivals = new StanzaListener(stanzas)
          await enterRoom(stanzas, arrivals, ROOM, {nick: 'host', create: true})
          const saying = (show: string): Promise<Presence> =>
            arrivals.waitFor((stanza) => {
              const presence = parsePresence(stanza)
              return presence.resource === 'bot' && presence.show === show ? presence : undefined
            })
          const [busy, gone] = [saying('dnd'), saying('offline')]
          const words = `--to ${ROOM}/bot --show dnd --hold 1s --farewell Done`
          const held = sh(`xmpp presence set ${words}`, environment(server, 'alice'))
          assert.equal((await busy).jid, `${ROOM}/bot`)
          assert.equal((await gone).status, 'Done')
          assert.deepEqual(await held, {
            status: 0,
            signal: null,
            stdout: `${ROOM}/bot sees this account as dnd\n`,
            stderr: '',
          })
        },
        {trace: {}},
      ))
  })
}
