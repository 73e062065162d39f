import assert from 'node:assert/strict'
import type {SendResult} from '../../src/protocol/message/message.ts'
import {environment, linesOf, type Outcome, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`send on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
    })
    after(() => server.stop())

    const xmpp = (args: string, input = ''): Promise<Outcome> =>
      runXmpp(`${args} --json`, environment(server, 'alice'), input)

    async function send(args: string, input = '') {
      const {status, stdout} = await xmpp(`send ${args}`, input)
      const result = JSON.parse(stdout)
      assertMatchesSchema(result, 'send')
      assert.equal(status, 0, stdout)
      return result.messages
    }

    async function failing(expected: number, args: string, schema: string) {
      const {status, stdout} = await xmpp(args)
      assert.equal(status, expected, stdout)
      const result = JSON.parse(stdout)
      assertMatchesSchema(result, schema)
      return result
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

    it('waits for the receipts of a retraction and a reaction', () =>
      whileBobListens(async (jid) => {
        for (const about of ['--retract 1', '--react 👍 --to-id 1']) {
          const [{state}] = await send(`${jid} ${about} --wait delivered`)
          assert.equal(state, 'delivered', about)
        }
      }))

    describe('with --wait, if a recipient does not accept the message', () => {
      const at = (name: string): string => `${name}@${server.domain}`
      const statesOf = (messages: SendResult[]): unknown[] =>
        messages.map(({error, state}) => [state, error?.exitCode ?? null])

      it('reports the outcome of each recipient in one document', () =>
        whileBobListens(async (bob) => {
          const args = `${bob} ${at('nobody')} ${at('alice')} hello --wait delivered --timeout 2s`
          const {messages} = await failing(69, `send ${args}`, 'send')
          assert.deepEqual(statesOf(messages), [
            ['delivered', null],
            ['failed', 69],
            ['accepted', 124],
          ])
        }))

      it('reports the outcome of each line of a batch', () =>
        whileBobListens(async (bob) => {
          const lines = [bob, at('nobody'), bob].map((to) => `${JSON.stringify({to, body: 'x'})}\n`)
          const {status, stdout} = await xmpp('send --batch --wait delivered', lines.join(''))
          assert.equal(status, 69, stdout)
          const results = stdout.trimEnd().split('\n')
          assert.deepEqual(statesOf(results.map((line) => JSON.parse(line))), [
            ['delivered', null],
            ['failed', 69],
            ['delivered', null],
          ])
        }))

      it('reports the outcome of each occupant of a room', async () => {
        const room = `den@conference.${server.domain}`
        const args = `${room}/nobody ${room}/alice psst --room --create --wait delivered`
        const {messages} = await failing(67, `send ${args} --timeout 2s`, 'send')
        assert.deepEqual(statesOf(messages), [
          ['failed', 67],
          ['accepted', 124],
        ])
      })
    })

    it('prints the reply of a client to an IQ request', () =>
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
