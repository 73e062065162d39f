import assert from 'node:assert/strict'
import {environment, linesOf, sh, start} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: startEjabberd,
})) {
  describe(`send on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
    })
    after(() => server.stop())

    async function send(words: string, input = '') {
      const {status, stdout} = await sh(
        `xmpp send ${words} --json`,
        environment(server, 'alice'),
        input,
      )
      const result = JSON.parse(stdout)
      assertMatchesSchema(result, 'send')
      assert.equal(status, 0, stdout)
      return result.messages
    }

    /** Runs while Bob listens, with his full JID. */
    async function whileBobListens(use: (jid: string) => Promise<void>): Promise<void> {
      const listen = start('exec xmpp listen --json', environment(server, 'bob'))
      try {
        const {event, jid} = JSON.parse(await linesOf(listen.stdout)())
        assert.equal(event, 'ready')
        await use(jid)
      } finally {
        listen.kill()
      }
    }

    it('waits for a retraction and a reaction as for any message', () =>
      whileBobListens(async (jid) => {
        for (const about of ['--retract 1', '--react 👍 --to-id 1']) {
          const [{state}] = await send(`${jid} ${about} --wait delivered`)
          assert.equal(state, 'delivered', about)
        }
      }))

    it('answers what a stanza asks of a person', () =>
      whileBobListens(async (jid) => {
        const query = `<query xmlns='jabber:iq:version'/>`
        const [{answer, id}] = await send(
          '--raw',
          `<iq to='${jid}' type='get' id='q'>${query}</iq>`,
        )
        assert.equal(id, 'q')
        assert.match(answer, /^<query xmlns="jabber:iq:version"><name>/)
      }))
  })
}
