/** `password_command`: any password manager, as an argv array and without a shell. */
import type {ChildProcess} from 'node:child_process'
import {closeSync, constants, openSync} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../../errors.ts'
import type {Env} from '../state/directories.ts'

const LIMIT_MS = 10_000
const MOST_BYTES = 64 * 1024

/** What it prints, up to the first line break. */
export async function runPasswordCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string> {
  const {spawn} = await import('node:child_process') // few runs need it
  const [command = '', ...words] = argv
  const what = `The password command ${command}`
  // What it needs to ask a person it finds at the terminal; our own secrets are none of its business.
  const {XMPP_PASSWORD: _, ...environment} = env
  const detached = !hasTerminal()
  return new Promise<string>((resolve, reject) => {
    const child = spawn(command, words, {env: environment, stdio: 'pipe', detached})
    const output = {stdout: '', stderr: ''}
    const fail = (how: string): void => reject(failed(`${what} ${how}`, output.stderr))
    const giveUp = (how: string) => (): void => {
      fail(how)
      kill(child, detached)
    }
    const tooLate = giveUp('did not end in time')
    const timer = setTimeout(giveUp(`did not end within ${LIMIT_MS / 1000} s`), LIMIT_MS)
    signal?.addEventListener('abort', tooLate)
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (part: string) => {
        output[name] += part
        if (output[name].length > MOST_BYTES) giveUp('printed more than a password')()
      })
    child.stdin.on('error', () => {}).end()
    child.once('error', ({code}: NodeJS.ErrnoException) => {
      clearTimeout(timer)
      fail(code === 'ENOENT' ? 'does not exist' : `cannot be run (${code})`)
    })
    // Its own end counts: what it has started may hold its output for as long as it likes.
    child.once('exit', (status, killer) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', tooLate)
      setImmediate(() => {
        const [line = ''] = output.stdout.split(/\r?\n/, 1)
        if (status !== 0) fail(`failed ${killer ? `by ${killer}` : `with status ${status}`}`)
        else if (line) resolve(line)
        else fail('printed nothing')
        release(child)
      })
    })
  })
}

/** Throws for one that cannot be run; it is not run. */
export async function checkPasswordCommand([command = '']: readonly string[], env: Env) {
  const folders = (env.PATH ?? '').split(path.delimiter)
  const files = command.includes('/')
    ? [command]
    : folders.map((folder) => path.join(folder, command))
  for (const file of files) {
    const isThere = await access(file, constants.X_OK).then(
      async () => (await stat(file)).isFile(),
      () => false,
    )
    if (isThere) return
  }
  throw failed(`The password command ${command} cannot be found, or not be run`, '')
}

/** A command with a group of its own can be ended with all that it started, but cannot ask at the terminal. */
function hasTerminal(): boolean {
  if (process.platform === 'win32') return true
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}

function kill(child: ChildProcess, isGroup: boolean): void {
  try {
    if (isGroup && child.pid) process.kill(-child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
  } catch {
    // It has ended meanwhile.
  }
  release(child)
}

/** Nothing of it is to keep us running. */
function release({stderr, stdout}: ChildProcess): void {
  stdout?.destroy()
  stderr?.destroy()
}

/** No cause: that error's message holds the whole command line. */
function failed(message: string, stderr: string): Failure {
  const said = stderr
    .split('\n')
    .flatMap((line) => line.trim() || [])
    .join(' / ')
  return new Failure('secret-unavailable', message, EXIT.config, {
    ...(said && {hint: `It said: ${said.slice(-500)}`}),
  })
}
