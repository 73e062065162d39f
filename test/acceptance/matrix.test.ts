import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {refusing} from '../support/faults.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import {assertNoSecret, stateFiles, tokensOf} from '../support/secrets.ts'
import type {TestServer} from '../support/server.ts'
import {shareCode} from '../support/shared-code.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'
import {INVOCATIONS, type Invocation} from './invocations.ts'

const MANIFEST = path.join(import.meta.dirname, '../../oclif.manifest.json')
const commands = Object.keys(JSON.parse(readFileSync(MANIFEST, 'utf8')).commands)

interface Circumstances {
  first?: Invocation['first']
  shell?: Invocation['shell']
  input?: string | undefined
  env?: NodeJS.ProcessEnv
  /** Fails before it signs in, so it needs no account on the server. */
  isEarly?: boolean
}

/**
 * Every command succeeds on each server, once with text and once with JSON as output. It has each fault on one of them: a
 * usage error, a refused connection, a wrong password; the first fault in one mode, the others in the other mode. The
 * success with JSON has --debug: neither the output nor the state folder has the password, and no output has a token.
 */
for (const [turn, [name, startServer]] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}).entries())
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
      {first = [], shell, input, isEarly = false, env: changed}: Circumstances,
    ): Promise<Outcome> {
      const name = `alice-${serial++}`
      const home = path.join(server.dir, 'homes', name)
      shareCode(path.join(home, 'state'))
      if (!isEarly) await server.addUsers([name])
      const bob = server.account('bob')
      const env = {
        ...environment(server, name),
        ALICE: server.account(name).jid,
        BOB: bob.jid,
        BOB_PASSWORD: bob.password,
        NEW: `new-${name}@${server.domain}`,
        TEA: `tea-${name}@conference.${server.domain}`,
        TERM: 'xterm-256color', // which would be asking for colour, were there a terminal
        XDG_CONFIG_HOME: path.join(home, 'config'),
        XDG_STATE_HOME: path.join(home, 'state'),
      }
      for (const line of first) {
        const [, asBob, words = ''] = /^(bob: )?(.*)$/.exec(line) ?? []
        const who = asBob ? {XMPP_JID: bob.jid, XMPP_PASSWORD: bob.password} : {}
        const {status, stderr} = await runXmpp(words, {...env, ...who}, '', home)
        assert.equal(status, 0, stderr)
      }
      if (shell) {
        const asBob = 'as_bob() { XMPP_JID=$BOB XMPP_PASSWORD=$BOB_PASSWORD "$@"; }'
        const {status, stderr} = await sh(`cd ${home}; ${asBob}\n${shell}`, env)
        assert.equal(status, 0, stderr)
      }
      const outcome = await runXmpp(words, {...env, ...changed}, input, home)
      const output = outcome.stdout + outcome.stderr
      assert.ok(!output.includes('\x1b'), 'colour in a pipe')
      const {password} = server.account(name)
      for (const secret of [password, ...tokensOf(env)]) assertNoSecret(output, words, secret, name)
      for (const text of stateFiles(env)) assertNoSecret(text, 'the state', password, name)
      return outcome
    }

    for (const [index, id] of commands.entries()) {
      describe(id.replaceAll(':', ' '), () => {
        const invocation = INVOCATIONS[id]
        if (!invocation) {
          it('has a line in invocations.ts', () => assert.fail(`${id} has none`))
          return
        }
        if (invocation.stdoutOf) return // test/commands/run.test.ts
        if (invocation.occupant) return // test/protocol/muc/room.test.ts
        const {first, shell, input, lines, needs, reportsFailures, says, schema, words} = invocation

        // The servers take turns in the mode of the success, and in the faults.
        const isJson = (index + turn) % 2 === 1
        it(isJson ? 'succeeds, as JSON' : 'succeeds, as text', async () => {
          const outcome = await run(isJson ? `${words} --json --debug` : words, {
            first,
            shell,
            input,
          })
          const stderr = outcome.stderr.replaceAll(TRACE, '')
          assert.deepEqual({...outcome, stderr}, {...SILENT, status: 0, stdout: outcome.stdout})
          if (!isJson) {
            assert.equal(outcome.stderr, '')
            assert.match(outcome.stdout, says)
          } else
            for (const document of documents(outcome, lines))
              assertMatchesSchema(document, schema ?? id.replaceAll(':', '-'))
        })

        const hasUsageAndConnection = isJson
        const hasPassword = !isJson
        const usageAsJson = index % 4 < 2

        if (hasUsageAndConnection)
          it('refuses a flag that it does not have', async () => {
            const flags = `--no-such-flag ${usageAsJson ? '--json' : ''}`
            const outcome = await run(`${words} ${flags}`, {isEarly: true})
            assertFailure(outcome, {
              json: usageAsJson,
              status: 2,
              sentence: /^xmpp: .*--no-such-flag/,
            })
          })

        if (needs === 'nobody' || reportsFailures) return
        const other = usageAsJson ? words : `${words} --json`

        if (hasUsageAndConnection)
          it('fails if the connection is refused', async () => {
            const outcome = await run(other, {input, isEarly: true, env: {XMPP_SERVER: nowhere}})
            assertFailure(outcome, {json: !usageAsJson, status: 75, sentence: /connection refused/})
          })

        if (needs === 'guest') return

        if (hasPassword)
          it('fails with a wrong password', async () => {
            const outcome = await run(other, {input, env: {XMPP_PASSWORD: 'wrong'}})
            const sentence = /refused this JID and password/
            assertFailure(outcome, {json: !usageAsJson, status: 77, sentence})
          })
      })
    }
  })

it('the matrix has no line for a command that does not exist', () => {
  const strays = Object.keys(INVOCATIONS).filter((id) => !commands.includes(id))
  assert.deepEqual(strays, [])
})

/** A line of --debug, and the further lines of its XML. */
const TRACE = /^ *\d+\.\d{3} [a-z]+ .*\n(?: {21}.*\n)*/gm

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

/** A sentence and a hint on stderr; with --json also one document on stdout. */
function assertFailure(
  outcome: Outcome,
  {json, sentence, status}: Expected & {json: boolean},
): void {
  const {stderr, stdout} = outcome
  assert.deepEqual(outcome, {...SILENT, status, stderr, stdout: json ? stdout : ''})
  assert.match(stderr, /^xmpp: [^\n]+[^.\n]\n( {6}\S[^\n]+\n)?$/)
  assert.match(stderr, sentence)
  if (!json) return
  const [document] = documents(outcome)
  assertMatchesSchema(document, 'error')
  assert.equal(document.error.exitCode, status)
}
