import assert from 'node:assert/strict'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

/** For NODE_OPTIONS: code that runs first, and simulates a bug of the program. */
const bug = (code: string): string => `--import=data:text/javascript,${encodeURIComponent(code)}`

/** Runs the code after the program has started. */
const later = (code: string): string => `
  const timer = setInterval(() => {
    if (process.listenerCount('uncaughtException') === 0) return
    clearInterval(timer)
    ${code}
  }, 1)`

describe('the end of a run', () => {
  const {env: envFor, startServer} = newScriptedSession()

  const path = (code: string): Promise<Outcome> =>
    sh('xmpp config path', {...environment(), NODE_OPTIONS: bug(code)})

  it('a promise that never settles: 70', async () => {
    assert.equal((await path('process.stdout.write = () => true')).status, 70)
  })

  it('success: 0', async () => {
    assert.equal((await path('')).status, 0)
  })

  it('no writable folder: 0, and no warning', async () => {
    const folder = '/dev/null/none'
    const env = {...environment(), HOME: folder, XDG_STATE_HOME: folder}
    const {status, stderr} = await sh('xmpp config path', env)
    assert.deepEqual([status, stderr], [0, ''])
  })

  const crash = async (words: string, code: string): Promise<Outcome> =>
    sh(`xmpp ${words}`, {
      ...envFor(await startServer(readUntilClosed)),
      NODE_OPTIONS: bug(later(code)),
      CRASH_LOG: '',
    })

  it('an uncaught error: 70, as a sentence', async () => {
    const {status, stderr, stdout} = await crash('listen', 'throw new TypeError("oops")')
    assert.deepEqual([status, stdout], [70, ''])
    assert.match(stderr, /^xmpp: Internal error: oops\n {6}This is a bug\. [^\n]+\n$/)
  })

  it('an uncaught error with --json: 70, also as a document', async () => {
    const {status, stderr, stdout} = await crash('listen --json', 'throw new TypeError("oops")')
    assert.equal(status, 70)
    assert.match(stderr, /^xmpp: Internal error: oops\n {6}This is a bug\. [^\n]+\n$/)
    assertMatchesSchema(JSON.parse(stdout), 'error')
  })

  it('an unhandled rejection: 70', async () => {
    assert.equal((await crash('listen', 'Promise.reject(new Error("no"))')).status, 70)
  })
})
