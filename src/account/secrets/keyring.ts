/**
 * The system's keyring: Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
 *
 * A child process calls it: a locked keyring blocks its caller in native code, and only a process can be ended. Secrets
 * pass through pipes.
 */
import {realpathSync} from 'node:fs'
import {text} from 'node:stream/consumers'
import {EXIT, Failure} from '../../errors.ts'
import {isStandalone} from '../../packaged-files.ts'

const LIMIT_MS = 3000
const SERVICE = 'xmpp-cli'

/** The store is fixed: the fallback on Linux is the keyring of the kernel, which is deleted at logout. */
const SCRIPT = `
import {createRequire} from 'node:module'
const [module, action, service, user] = process.argv.slice(1)
const {AsyncEntry} = createRequire(module)(module)
const entry = new AsyncEntry(service, user, {linux: {store: 'secret-service'}})
let input = ''
for await (const part of process.stdin.setEncoding('utf8')) input += part
if (action === 'set') await entry.setPassword(input)
if (action === 'delete') await entry.deleteCredential()
if (action === 'get') process.stdout.write(JSON.stringify(await entry.getPassword() ?? null))
`

export async function readKeyring(jid: string, signal?: AbortSignal): Promise<string> {
  const answer = JSON.parse(await ask('get', jid, '', signal)) as string | null
  if (answer) return answer
  throw unavailable(`The keyring has no password for ${jid}`, {
    hint: `Store it again: xmpp login ${jid}`,
  })
}

/** Rejects if the keyring cannot be used. */
export async function checkKeyring(jid: string): Promise<void> {
  await ask('get', jid)
}

export async function writeKeyring(jid: string, password: string): Promise<void> {
  await ask('set', jid, password)
}

/** A missing entry is no error. */
export async function deleteFromKeyring(jid: string): Promise<void> {
  await ask('delete', jid)
}

async function ask(action: string, jid: string, input = '', signal?: AbortSignal) {
  const module = locateModule()
  const {XMPP_PASSWORD: _, ...env} = process.env
  const words = ['--input-type=module', '-e', SCRIPT, module, action, SERVICE, jid]
  const {spawn} = await import('node:child_process') // few runs need it
  const child = spawn(process.execPath, words, {env, stdio: 'pipe', timeout: LIMIT_MS, signal})
  child.stdin.on('error', () => {}) // the child ended early; its status is the reason
  child.stdin.end(input)
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [stdout, stderr, status] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended,
  ])
  if (status === 0) return stdout
  if (child.killed) throw unavailable(`The keyring did not answer within ${LIMIT_MS / 1000} s`)
  // The usual case on a server, where the words of the library are long and of no help.
  if (/autolaunch/.test(stderr))
    throw unavailable('The keyring cannot be used: this session has no D-Bus')
  const reason = /^\[?(?:\w*Error)(?:: |\]:? )(.+)$/m.exec(stderr)?.[1] ?? `status ${status}`
  throw unavailable(`The keyring cannot be used: ${reason}`)
}

function locateModule(): string {
  // Its child process would run the program, not Node.
  if (isStandalone()) throw unavailable('The standalone executable cannot use the keyring')
  try {
    // Relative to the program, which may be a bundle; the working directory is not trusted.
    const {createRequire} = process.getBuiltinModule('node:module')
    const require = createRequire(realpathSync(process.argv[1] ?? ''))
    return require.resolve('@napi-rs/keyring')
  } catch (cause) {
    throw unavailable('Support for the keyring is not installed on this system', {cause})
  }
}

function unavailable(message: string, details: {hint?: string; cause?: unknown} = {}): Failure {
  return new Failure('secret-unavailable', message, EXIT.config, {
    hint: 'Use password_file, password_command or XMPP_PASSWORD instead',
    ...details,
  })
}
