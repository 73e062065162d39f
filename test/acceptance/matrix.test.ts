import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {refusing} from '../support/faults.ts'
import {startProsody} from '../support/prosody.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {shareCode} from '../support/shared-code.ts'
import {INVOCATIONS} from './invocations.ts'

const MANIFEST = path.join(import.meta.dirname, '../../oclif.manifest.json')
const commands = Object.keys(JSON.parse(readFileSync(MANIFEST, 'utf8')).commands)

interface Circumstances {
  /** A command to run before it. */
  first?: string | undefined
  input?: string | undefined
  env?: NodeJS.ProcessEnv
}

/** Every command × {text, JSON} × {success, usage error, wrong password, connection refused}. */
for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: startEjabberd,
}))
  describe(`matrix on ${name}`, () => {
    let server: TestServer
    let nowhere: string
    let serial = 0
    before(async () => {
      server = await startServer({users: ['bob']})
      nowhere = `xmpps://127.0.0.1:${await refusing()}`
    })
    after(() => server.stop())

    /** Runs it as a new user with an empty home, without the state of other runs. */
    async function run(
      words: string,
      {first, input, env: changed}: Circumstances,
    ): Promise<Outcome> {
      const name = `alice-${serial++}`
      const home = path.join(server.dir, 'homes', name)
      shareCode(path.join(home, 'state'))
      await server.addUsers([name])
      const bob = server.account('bob')
      const env = {
        ...environment(server, name),
        ALICE: server.account(name).jid,
        BOB: bob.jid,
        BOB_PASSWORD: bob.password,
        NEW: `new-${name}@${server.domain}`,
        TERM: 'xterm-256color', // which would be asking for colour, were there a terminal
        XDG_CONFIG_HOME: path.join(home, 'config'),
        XDG_STATE_HOME: path.join(home, 'state'),
      }
      const prelude = `cd ${home}; as_bob() { XMPP_JID=$BOB XMPP_PASSWORD=$BOB_PASSWORD "$@"; }\n`
      if (first) {
        const {status, stderr} = await sh(prelude + first, env)
        assert.equal(status, 0, stderr)
      }
      return sh(`${prelude}xmpp ${words}`, {...env, ...changed}, input)
    }

    async function runBoth(words: string, circumstances: Circumstances) {
      const [text, json] = await Promise.all([
        run(words, circumstances),
        run(`${words} --json`, circumstances),
      ])
      for (const {stderr, stdout} of [text, json])
        assert.ok(!`${stdout}${stderr}`.includes('\x1b'), 'colour in a pipe')
      return {text, json}
    }

    for (const id of commands) {
      describe(id.replaceAll(':', ' '), () => {
        const invocation = INVOCATIONS[id]
        if (!invocation) {
          it('has a line in invocations.ts', () => assert.fail(`${id} has none`))
          return
        }
        if (invocation.stdoutOf) return // test/commands/run.test.ts
        if (invocation.occupant) return // test/protocol/muc/room.test.ts
        const {first, input, lines, needs, says, schema, words} = invocation

        it('succeeds', async () => {
          const {json, text} = await runBoth(words, {first, input})
          assert.deepEqual(text, {...SILENT, status: 0, stdout: text.stdout})
          assert.deepEqual(json, {...SILENT, status: 0, stdout: json.stdout})
          assert.match(text.stdout, says)
          for (const document of documents(json, lines))
            assertMatchesSchema(document, schema ?? id.replaceAll(':', '-'))
        })

        // A run that connects to no server is the same with both.
        const isOnce = name === 'prosody'
        if (isOnce)
          it('refuses a flag that it does not have', async () => {
            const outcomes = await runBoth(`${words} --no-such-flag`, {})
            assertFailure(outcomes, {status: 2, sentence: /^xmpp: .*--no-such-flag/})
          })

        if (needs === 'nobody' || invocation.reportsFailures) return

        if (isOnce)
          it('fails if the connection is refused', async () => {
            const outcomes = await runBoth(words, {input, env: {XMPP_SERVER: nowhere}})
            assertFailure(outcomes, {status: 75, sentence: /connection refused/})
          })

        if (needs === 'guest') return

        it('fails with a wrong password', async () => {
          const outcomes = await runBoth(words, {input, env: {XMPP_PASSWORD: 'wrong'}})
          assertFailure(outcomes, {status: 77, sentence: /refused this JID and password/})
        })
      })
    }
  })

it('the matrix has no line for a command that does not exist', () => {
  const strays = Object.keys(INVOCATIONS).filter((id) => !commands.includes(id))
  assert.deepEqual(strays, [])
})

const SILENT: Outcome = {status: null, signal: null, stdout: '', stderr: ''}

/** The printed documents: one document and a line break, or one document on each line. */
function documents({stdout}: Outcome, lines = false) {
  assert.equal(stdout.at(-1), '\n')
  const texts = lines ? stdout.slice(0, -1).split('\n') : [stdout]
  return texts.map((text) => JSON.parse(text))
}

interface Expected {
  status: number
  sentence: RegExp
}

/** A sentence and a hint on stderr; with --json also one document on stdout. The status is the same. */
function assertFailure(
  {json, text}: {json: Outcome; text: Outcome},
  {sentence, status}: Expected,
): void {
  assert.deepEqual(text, {...SILENT, status, stderr: text.stderr})
  assert.deepEqual(json, {...SILENT, status, stdout: json.stdout, stderr: json.stderr})
  for (const {stderr} of [text, json]) {
    assert.match(stderr, /^xmpp: [^\n]+[^.\n]\n( {6}\S[^\n]+\n)?$/)
    assert.match(stderr, sentence)
  }
  const [document] = documents(json)
  assertMatchesSchema(document, 'error')
  assert.equal(document.error.exitCode, status)
}
