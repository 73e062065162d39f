/** A private server with two accounts and a room, and a folder with all that `xmpp` reads and writes there. */
import {execFile} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {promisify} from 'node:util'
import {shellWord} from '../../src/output/layout/shell-word.ts'
import {type ProsodyOptions, startProsody} from '../../test/support/prosody.ts'
import type {TestServer} from '../../test/support/server.ts'

export interface Sandbox {
  server: TestServer
  /** Shell commands that set the environment. */
  lines: string[]
  /** The file with the process ids of the shells that ran `lines`. */
  shells: string
  /** The environment of a process in the sandbox, from that of this process. */
  env(base: NodeJS.ProcessEnv): NodeJS.ProcessEnv
  stop(): Promise<void>
}

/** The first account is the default one. */
interface SandboxOptions extends Pick<ProsodyOptions, 'domain' | 'extra'> {
  accounts?: string[]
}

const PROGRAM = path.join(import.meta.dirname, '../../bin/run.js')

export async function openSandbox({
  accounts = ['alice', 'bob'],
  ...options
}: SandboxOptions = {}): Promise<Sandbox> {
  // The modules for SASL2 may not be installed.
  const server = await startProsody({...options, users: accounts, sasl2: false})
  try {
    const sandbox = describe(server, accounts)
    writeFiles(server, accounts)
    await promisify(execFile)('xmpp', ['room', 'create', roomOf(server), '--preset', 'public'], {
      env: sandbox.env(process.env),
    })
    return sandbox
  } catch (error) {
    await server.stop()
    throw error
  }
}

const roomOf = ({domain}: TestServer): string => `room@conference.${domain}`

const inFolder = ({dir}: TestServer, ...parts: string[]): string => path.join(dir, ...parts)

function describe(server: TestServer, accounts: string[]): Sandbox {
  const folder = inFolder(server, 'bin')
  const shells = inFolder(server, 'shells')
  const variables = {
    XDG_CONFIG_HOME: inFolder(server, 'xdg-config'),
    XDG_STATE_HOME: inFolder(server, 'xdg-state'),
  }
  const foreign = Object.keys(process.env).filter(isForeign)
  return {
    server,
    shells,
    lines: [
      `# ${accounts.map((name) => server.account(name).jid).join(' and ')}: --account ${accounts.join(', --account ')}`,
      `# Room: ${roomOf(server)}`,
      ...Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}`),
      `export PATH=${shellWord(folder)}:"$PATH"`,
      ...(foreign.length > 0 ? [`unset ${foreign.join(' ')}`] : []),
    ],
    env(base) {
      const own = Object.entries(base).filter(([name]) => !isForeign(name) && !isFromNpm(name))
      return {...Object.fromEntries(own), ...variables, PATH: `${folder}:${base.PATH}`}
    },
    stop: () => server.stop(),
  }
}

/** Settings of the user, which would be used in place of those in the config file. */
const isForeign = (name: string): boolean => name.startsWith('XMPP_')

const isFromNpm = (name: string): boolean => name.startsWith('npm_') || name === 'INIT_CWD'

function writeFiles(server: TestServer, accounts: string[]): void {
  const passwords = inFolder(server, 'xdg-config/xmpp/passwords')
  mkdirSync(passwords, {recursive: true, mode: 0o700})
  for (const name of accounts)
    writeFileSync(path.join(passwords, name), `${server.account(name).password}\n`, {mode: 0o600})
  writeFileSync(inFolder(server, 'xdg-config/xmpp/config.toml'), config(server, accounts), {
    mode: 0o600,
  })
  mkdirSync(inFolder(server, 'bin'))
  const command = [process.execPath, PROGRAM].map(shellWord).join(' ')
  writeFileSync(inFolder(server, 'bin/xmpp'), `#!/bin/sh\nexec ${command} "$@"\n`, {mode: 0o755})
}

const config = (server: TestServer, accounts: string[]): string => `\
default_account = "${accounts[0]}"

[defaults]
server = "xmpp://127.0.0.1:${server.port}"
ca_file = ${JSON.stringify(server.ca)}
${accounts
  .map(
    (name) => `
[accounts.${name}]
jid = "${server.account(name).jid}"
password_file = "passwords/${name}"
`,
  )
  .join('')}`
