/** A server with a usual configuration, and the command with its environment. */
import {mkdtempSync, rmSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {environment} from '../support/cli.ts'
import {type ProsodyOptions, startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {launch, succeed, type Task} from './timing.ts'

export const XMPP = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
export const BODY = 'The build is green'

// The archive is off, because it takes more time for a message than everything else.
const NO_ARCHIVE = 'VirtualHost "localhost"\n  modules_disabled = { "mam" }'

/** Runs with a Prosody that has alice and bob, and the default number of SCRAM iterations. */
export async function onProsody<T>(
  use: (server: TestServer) => Promise<T>,
  options: ProsodyOptions = {},
): Promise<T> {
  const base = {iterations: 10_000, users: ['alice', 'bob'], extra: NO_ARCHIVE}
  const server = await startProsody({...base, ...options})
  try {
    return await use(server)
  } finally {
    await server.stop()
  }
}

export interface Access {
  /** `tls` by default. */
  kind?: 'tls' | 'starttls'
  /** The port of a proxy; default: the port of the server. */
  port?: number
  /** `alice` by default. */
  user?: string
  /** The standalone executable; default: the build, on this Node. */
  executable?: string
}

/** `xmpp` for a user, with a state folder of its own. */
export interface Xmpp {
  /** With the saved state of earlier runs. */
  warm(...args: string[]): Task
  /** Without saved state. */
  cold(...args: string[]): Task
}

export function xmppOn(
  server: TestServer,
  {executable, kind = 'tls', port, user = 'alice'}: Access = {},
): Xmpp {
  const state = mkdtempSync(path.join(server.dir, 'state-'))
  const scheme = kind === 'tls' ? 'xmpps' : 'xmpp'
  const own = kind === 'tls' ? server.tlsPort : server.port
  const env = {
    ...environment(server, user),
    XDG_STATE_HOME: state,
    XMPP_SERVER: `${scheme}://127.0.0.1:${port ?? own}`,
  }
  const command = executable ?? process.execPath
  const words = executable === undefined ? [XMPP] : []
  const before = (): void => rmSync(state, {force: true, recursive: true})
  return {
    warm: (...args) => ({command, args: [...words, ...args], env}),
    cold: (...args) => ({command, args: [...words, ...args], env, before}),
  }
}

/** Signs in, and checks that the next run has a token; without it, the next run would be a cold one. */
export async function warmUp(task: Task): Promise<void> {
  const verbose = {...task, args: [...task.args, '--verbose']}
  await succeed(launch(verbose))
  const stderr = await succeed(launch(verbose))
  if (!stderr.includes('the token of an earlier run')) throw new Error('no token was stored')
}
