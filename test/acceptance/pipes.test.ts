import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import {environment, finish, sh, start} from '../support/cli.ts'
import {listenedBodies} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}))
  describe(`pipes on ${name}`, () => {
    let server: TestServer
    let serial = 0
    before(async () => {
      server = await startServer({users: ['bob']})
    })
    after(() => server.stop())

    /** A new user without stored messages, so that tests do not affect each other. */
    async function newUser(): Promise<NodeJS.ProcessEnv> {
      const name = `alice-${serial++}`
      await server.addUsers([name])
      return {...environment(server, name), BOB: server.account('bob').jid}
    }
    const bob = (): NodeJS.ProcessEnv => environment(server, 'bob')

    async function deliver(to: string | undefined, ...bodies: string[]): Promise<void> {
      for (const body of bodies) {
        const {status, stderr} = await runXmpp(`send ${to}`, bob(), body)
        assert.equal(status, 0, stderr)
      }
    }

    /** The bodies of the stored messages of a user. */
    const waiting = (env: NodeJS.ProcessEnv, count: number): Promise<string[]> =>
      listenedBodies(`--count ${count} --timeout 20s`, env)

    it('stdin is sent byte for byte, except for one final newline', async () => {
      const env = await newUser()
      const words = `xmpp send ${env.XMPP_JID}`
      const {status, stderr} = await sh(words, bob(), '  two lines\n\tand blanks  \n\n')
      assert.equal(status, 0, stderr)
      assert.deepEqual(await waiting(env, 1), ['  two lines\n\tand blanks  \n'])
    })

    // The server has no part in the rest.
    if (name === 'ejabberd') return

    describe('the reader of stdout', () => {
      it('closes the pipe (| head -1): 0', async () => {
        const env = await newUser()
        const child = start('{ xmpp listen --json; echo "[$?]" >&2; } | head -1', env)
        const finished = finish(child)
        let over = false
        void finished.then(() => {
          over = true
        })
        while (!over) await deliver(env.XMPP_JID, 'one more') // mocha's timeout is the limit
        const {stderr, stdout} = await finished
        assert.equal(JSON.parse(stdout).event, 'ready')
        assert.equal(stderr, '[0]\n')
      })

      it('closes the pipe while a batch waits for the server: 0, and no failure', async () => {
        const script =
          'seq 3000 | { xmpp send "$BOB" --batch --lines --json; echo "[$?]" >&2; } | head -1'
        const {stderr, stdout} = await sh(script, await newUser())
        assert.equal(JSON.parse(stdout).state, 'accepted')
        assert.equal(stderr, '[0]\n')
      })

      it('is a full disk: 73, and the command has its effect', async () => {
        const env = await newUser()
        for (const words of [
          'ping',
          'ping --json',
          'listen --json',
          `send ${env.XMPP_JID} hello`,
        ]) {
          const {status, stderr} = await sh(`xmpp ${words} >/dev/full`, env)
          assert.deepEqual(
            [status, stderr],
            [73, 'xmpp: The output cannot be written: no space left on device\n'],
          )
        }
        const {status} = await sh('xmpp ping --json >/dev/full', {
          ...env,
          XMPP_PASSWORD: 'wrong',
          XDG_STATE_HOME: '/proc/none',
        })
        assert.equal(status, 77, 'what went wrong first')
        assert.deepEqual(await waiting(env, 1), ['hello'])
      })

      it('is closed from the start (>&-): 0', async () => {
        assert.equal((await sh('xmpp ping >&- 2>&-', await newUser())).status, 0)
      })

      // Longer than each limit of a run for its end.
      it('sleeps for 6 s, and receives every byte of more than 1 MiB', async function () {
        this.timeout(90_000)
        const env = await newUser()
        const bodies = Array.from({length: 7}, (_, i) => `${i}${'Grüße 🎈 '.repeat(14_000)}`)
        await deliver(env.XMPP_JID, ...bodies)
        const {stdout} = await sh(
          '{ xmpp listen --json --count 7; echo "{\\"status\\":$?}"; } | (sleep 6; cat)',
          env,
        )
        assert.ok(Buffer.byteLength(stdout) > 2 ** 20)
        const lines = stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
        const arrived = lines.filter(({event}) => event === 'message')
        assert.deepEqual(
          arrived.map(({body}) => md5(body)),
          bodies.map(md5),
        )
        assert.deepEqual(lines.at(-1), {status: 0})
      })

      it('receives a complete document of more than 64 KiB', async () => {
        const env = await newUser()
        const name = 'Grüße 🎈 '.repeat(150)
        const jids = Array.from({length: 50}, (_, i) => `contact-${i}@example.com`)
        const contacts = jids.map((jid) => ({jid, name, groups: []}))
        const {status, stderr} = await runXmpp('roster import -', env, JSON.stringify({contacts}))
        assert.equal(status, 0, stderr)
        const {stdout} = await sh('xmpp roster list --json | (sleep 1; cat)', env)
        assert.ok(stdout.length > 2 ** 16)
        assert.equal(JSON.parse(stdout).contacts.length, 50)
      })
    })

    describe('stdin', () => {
      it('arrives after 2 s', async () => {
        const env = await newUser()
        const words = `(sleep 2; echo hello) | xmpp send ${env.XMPP_JID}`
        const {status, stderr} = await sh(words, bob())
        assert.equal(status, 0, stderr)
        assert.deepEqual(await waiting(env, 1), ['hello'])
      })

      it('is closed (<&-): not needed if the message is an argument', async () => {
        const {status, stderr} = await sh('xmpp send "$BOB" hello <&-', await newUser())
        assert.equal(status, 0, stderr)
      })

      it('is closed and needed for the message: 65 or 66', async () => {
        const {status, stderr} = await sh('xmpp send "$BOB" <&-', await newUser())
        assert.match(
          `${status} ${stderr}`,
          /^(65 xmpp: There is no text|66 xmpp: Cannot read standard)/,
        )
      })

      it('is not read by a command in a loop that reads it', async () => {
        const env = await newUser()
        const loop = `while read -r line; do xmpp send ${env.XMPP_JID} "got $line" || exit; done`
        const {status, stderr} = await sh(loop, bob(), 'one\ntwo\nthree\n')
        assert.equal(status, 0, stderr)
        assert.deepEqual(await waiting(env, 3), ['got one', 'got two', 'got three'])
      })

      it('is not read in such a loop even if an argument is missing', async () => {
        const loop = 'while read -r line; do echo "$line"; xmpp send 2>/dev/null; done'
        const {stdout} = await sh(loop, await newUser(), 'one\ntwo\n')
        assert.equal(stdout, 'one\ntwo\n')
      })
    })
  })
