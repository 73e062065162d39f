/** Addresses that servers change: `straße@localhost` becomes `strasse@localhost`. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {environment, linesOf, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const GIVEN = 'straße@localhost'
const PREPARED = 'strasse@localhost'

/** Its state is written by then. */
async function end(run: ChildProcess): Promise<void> {
  const ended = once(run, 'exit')
  run.kill()
  await ended
}

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`addresses that ${name} prepares`, function () {
    this.timeout(60_000)
    let server: TestServer
    let listen: ChildProcess
    let next: () => Promise<string>
    before(async () => {
      server = await startServer({users: ['alice', 'strasse']})
      const env = {...environment(server, 'strasse'), XMPP_JID: `${PREPARED}/Desk`}
      listen = start('exec xmpp listen --json --include message', env)
      next = linesOf(listen.stdout)
      assert.equal(JSON.parse(await next()).event, 'ready')
    })
    after(async () => {
      await end(listen)
      await server.stop()
    })

    async function xmpp(expected: number, words: string, env = environment(server, 'alice')) {
      const {status, stderr, stdout} = await runXmpp(`${words} --json`, env)
      assert.equal(status, expected, stdout + stderr)
      return JSON.parse(stdout)
    }

    it('the account signs in, or the error names the right spelling', async () => {
      const env = {...environment(server, 'strasse'), XMPP_JID: GIVEN}
      if (name === 'prosody') {
        assert.equal((await xmpp(0, 'whoami', env)).jid.split('/')[0], PREPARED)
        return
      }
      const {error} = await xmpp(77, 'whoami', env)
      assert.equal(error.condition, 'not-authorized')
      const [, spelling] = /may store this account as (\S+):/.exec(error.hint) ?? []
      assert.equal(spelling, PREPARED)
      const again = await xmpp(0, 'whoami', {...env, XMPP_JID: spelling})
      assert.equal(again.jid.split('/')[0], PREPARED)
    })

    it('a message to a user that does not exist fails', async () => {
      const {messages} = await xmpp(69, 'send nobodyß@localhost hi')
      assert.deepEqual([messages[0].state, messages[0].to], ['failed', 'nobodyß@localhost'])
    })

    it('a receipt counts', async () => {
      for (const to of [GIVEN, `${GIVEN}/Desk`]) {
        const {messages} = await xmpp(0, `send ${to} hi --wait delivered`)
        assert.equal(messages[0].state, 'delivered')
      }
    })

    it('answers count', async () => {
      await xmpp(0, `ping ${GIVEN}/Desk`)
      await xmpp(0, `ping ${GIVEN}`)
      await xmpp(0, 'vcard set --set fn=Street', environment(server, 'strasse'))
      assert.equal((await xmpp(0, `vcard get ${GIVEN}`)).source, 'vcard4')
    })

    it('messages from the address pass the filter', async () => {
      const words = `exec xmpp listen --json --from ${GIVEN} --count 1 --timeout 20s`
      const filtered = start(words, environment(server, 'alice'))
      const line = linesOf(filtered.stdout)
      assert.equal(JSON.parse(await line()).event, 'ready')
      await xmpp(0, 'send alice@localhost hello', environment(server, 'strasse'))
      const {body, from} = JSON.parse(await line())
      assert.deepEqual([body, from.split('/')[0]], ['hello', PREPARED])
      assert.equal(JSON.parse(await line()).event, 'end')
    })

    it('presence and nickname are available', async () => {
      const own = environment(server, 'strasse')
      await xmpp(0, 'nick set Street', own)
      await xmpp(0, `presence subscribe ${GIVEN}`)
      await xmpp(0, 'presence approve alice@localhost', own)
      assert.equal((await xmpp(0, `nick get ${GIVEN}`)).nick, 'Street')
      assert.equal((await xmpp(0, `presence get ${GIVEN}`)).available, true)
      const watch = start(`exec xmpp presence watch ${GIVEN} --json`, environment(server, 'alice'))
      const line = linesOf(watch.stdout)
      await line() // ready
      assert.equal(JSON.parse(await line()).jid, `${PREPARED}/Desk`)
      await end(watch)
      await xmpp(0, `roster remove ${GIVEN}`)
    })

    it('a room shows the message, and has the occupant', async () => {
      const room = 'Straßenfest@conference.localhost'
      const words = `send ${room} ${room}/nobody hi --room --create --nick Ich`
      const {messages} = await xmpp(67, words)
      assert.deepEqual(
        messages.map(({state}: {state: string}) => state),
        ['accepted', 'failed'],
      )
    })

    it('a contact is found, and removed', async () => {
      assert.equal((await xmpp(0, `roster add ${GIVEN}`)).jid, PREPARED)
      assert.equal((await xmpp(0, `roster add ${GIVEN} --name Street`)).state, 'edited')
      const {contacts} = await xmpp(0, `roster remove ${GIVEN}`)
      assert.deepEqual(contacts, [{jid: PREPARED, state: 'removed', error: null}])
    })

    it('a block is found, and removed', async () => {
      const states = []
      for (const [action, status] of [
        ['add', 0],
        ['add', 0],
        ['remove', 0],
        ['remove', 67],
      ] as const)
        states.push((await xmpp(status, `block ${action} ${GIVEN}`)).items[0].state)
      assert.deepEqual(states, ['blocked', 'unchanged', 'unblocked', 'unchanged'])
    })
  })
}
