/** Runs the built command as a script does, and returns its output and status. */
import assert from 'node:assert/strict'
import {type ChildProcess, spawn} from 'node:child_process'
import path from 'node:path'
import {createInterface} from 'node:readline'
import type {Readable} from 'node:stream'
import {text} from 'node:stream/consumers'
import {assertNoCrash, crashLog} from './crashes.ts'
import type {TestServer} from './server.ts'
import {shareCode} from './shared-code.ts'

export interface Outcome {
  status: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

const BIN = path.join(import.meta.dirname, 'bin')

const HOME = path.join(path.dirname(crashLog), 'home')
shareCode(path.join(HOME, '.local/state'))

/** An environment without the home and the language of this machine; with a user of the server, if one is named. */
export function environment(server?: TestServer, user?: string): NodeJS.ProcessEnv {
  const {TERM, TMPDIR} = process.env
  const own = server && user ? server.account(user) : undefined
  return {
    HOME,
    ...(TERM && {TERM}),
    ...(TMPDIR && {TMPDIR}),
    LC_ALL: 'C.UTF-8',
    PATH: `${BIN}:${process.env.PATH}`,
    CRASH_LOG: crashLog,
    ...(server && {
      XDG_CONFIG_HOME: path.join(server.dir, 'xdg-config'),
      XDG_STATE_HOME: path.join(server.dir, 'xdg-state'),
      XMPP_CA_FILE: server.ca,
      XMPP_SERVER: `xmpps://127.0.0.1:${server.tlsPort}`,
    }),
    ...(own && {XMPP_JID: own.jid, XMPP_PASSWORD: own.password}),
  }
}

/** Starts `sh -c command`, in which `xmpp` is the command under test. */
export function start(command: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('sh', ['-c', command], {env, stdio: ['pipe', 'pipe', 'pipe']})
}

/**
 * Returns a function that resolves with the next line of a stream. It misses no line of a chunk with several lines; a
 * wait for one `line` event after another would.
 */
export function linesOf(stream: Readable | null): () => Promise<string> {
  assert.ok(stream)
  const lines = createInterface(stream)[Symbol.asyncIterator]()
  return async () => {
    const {done, value} = await lines.next()
    assert.ok(!done, 'the stream ended where a line was due')
    return value
  }
}

/** A running command. Its output is read from the start, because Node discards unread output when a process ends. */
export interface Running {
  child: ChildProcess
  outcome: Promise<Outcome>
}

export function run(command: string, env: NodeJS.ProcessEnv): Running {
  const child = start(command, env)
  return {child, outcome: finish(child)}
}

/** Fails if the command crashed, or printed more than one document. */
export async function finish(child: ChildProcess): Promise<Outcome> {
  const closed = new Promise<Pick<Outcome, 'status' | 'signal'>>((resolve, reject) => {
    child.once('close', (status, signal) => resolve({status, signal}))
    child.once('error', reject)
  })
  const [stdout, stderr, {signal, status}] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    closed,
  ])
  assertNoCrash()
  const runs = child.spawnargs.join(' ').match(/\bxmpp /g)?.length ?? 0
  assertDocuments(stdout, Math.max(1, runs))
  return {signal, status, stdout, stderr}
}

/** A run prints one JSON document, or records: objects with `event` or `line`, and after them the failure. */
export function assertDocuments(stdout: string, most: number): void {
  const documents = stdout.split('\n').filter(isDocument)
  assert.ok(documents.length <= most, `a second document:\n${documents.join('\n')}`)
}

function isDocument(line: string): boolean {
  if (!line.startsWith('{')) return false
  try {
    const value = JSON.parse(line)
    return !('event' in value || 'line' in value)
  } catch {
    return false
  }
}

/** Runs a shell command to its end. */
export async function sh(
  command: string,
  env: NodeJS.ProcessEnv,
  input: string | Buffer = '',
): Promise<Outcome> {
  const child = start(command, env)
  child.stdin?.on('error', () => {}) // a command that does not read it closes it early
  child.stdin?.end(input)
  return finish(child)
}
