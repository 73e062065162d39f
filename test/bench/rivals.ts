/** The programs for comparison: minimal scripts for the same task, and other clients. */
import {spawnSync} from 'node:child_process'
import {randomUUID} from 'node:crypto'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {environment} from '../support/cli.ts'
import type {TestServer} from '../support/server.ts'
import {BODY} from './environment.ts'
import type {Task} from './timing.ts'

const GO_SENDXMPP = 'go-sendxmpp'

interface Settings {
  user?: 'alice' | 'bob'
  /** The port of a proxy. */
  port?: number
  /** The number of messages to send or to wait for. */
  count?: number
  /** Whether it acknowledges received stanzas. */
  acknowledges?: boolean
}

/** One of the scripts in this folder; scripts with the same `file` share a token. */
export function script(code: URL, file: string, env: NodeJS.ProcessEnv = {}): Task {
  const args = [fileURLToPath(code), file]
  return {command: process.execPath, args, env: {...environment(), ...env}}
}

/** The argument of each script. */
export function settingsFile(
  server: TestServer,
  {user = 'alice', ...settings}: Settings = {},
): string {
  const {ca, domain, tlsPort: port} = server
  const to = server.account('bob').jid
  const base = {host: '127.0.0.1', port, domain, ca, to, body: BODY, clientId: randomUUID()}
  const file = path.join(mkdtempSync(path.join(server.dir, 'script-')), 'settings.json')
  writeFileSync(file, JSON.stringify({...base, ...server.account(user), ...settings}))
  return file
}

/** @xmpp/client accepts a further CA only by this variable. */
export const plainClient = (server: TestServer): Task =>
  script(new URL('plain-client.mjs', import.meta.url), settingsFile(server), {
    NODE_EXTRA_CA_CERTS: server.ca,
  })

/** With the first Python that has slixmpp; undefined if none has. */
export function slixmpp(server: TestServer): Task | undefined {
  const has = (python: string): boolean => spawnSync(python, ['-c', 'import slixmpp']).status === 0
  const command = ['python3', '/usr/bin/python3'].find(has)
  const task = script(new URL('slixmpp-send.py', import.meta.url), settingsFile(server))
  return command === undefined ? undefined : {...task, command}
}

export const hasGoSendxmpp = (): boolean => spawnSync(GO_SENDXMPP, ['--version']).status === 0

/** With and without FAST; the faster one depends on the network. A cold task deletes its token before each run. */
export function goSendxmpp(
  server: TestServer,
  {cold = false, port = server.tlsPort}: {cold?: boolean; port?: number} = {},
): {fast: Task; plain: Task} {
  const home = mkdtempSync(path.join(server.dir, 'go-'))
  const input = path.join(home, 'body')
  writeFileSync(input, BODY)
  const data = path.join(home, 'data')
  const env = {...environment(), HOME: home, SSL_CERT_FILE: server.ca, XDG_DATA_HOME: data}
  const {jid, password} = server.account('alice')
  const account = ['-j', `127.0.0.1:${port}`, '-u', jid, '-p', password]
  const args = ['--suppress-root-warning', '--tls', ...account, server.account('bob').jid]
  const forget = (): void => rmSync(data, {force: true, recursive: true})
  const fast = {command: GO_SENDXMPP, args, env, input, ...(cold && {before: forget})}
  return {fast, plain: {...fast, args: ['--fast-off', ...args]}}
}
