/** `password_command`: runs a password manager, from an argv array and without a shell. */
import type {ChildProcess} from 'node:child_process'
import {closeSync, constants, openSync} from 'node:fs'
import {access, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import type {Env} from '../state/directories.ts'

const LIMIT_MS = 10_000
const MAX_LENGTH = 64 * 1024

/** Resolves with the first line of its output. */
export async function runPasswordCommand(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<string> {
  const {startProcess} = await import('../../start-process.ts') // few runs need it
  const [command = '', ...words] = argv
  const what = `The password command ${command}`
  // The command can prompt on the terminal. It does not receive the password of this program.
  const {XMPP_PASSWORD: _, ...environment} = env
  const detached = !hasTerminal()
  return new Promise<string>((resolve, reject) => {
    const child = startProcess(command, words, {env: environment, stdio: 'pipe', detached})
    const output = {stdout: '', stderr: ''}
    const fail = (how: string): void => reject(failed(`${what} ${how}`, output.stderr))
    const stop = (how: string) => (): void => {
      fail(how)
      kill(child, detached)
    }
    const tooLate = stop('did not end in time')
    const timer = setTimeout(stop(`did not end within ${LIMIT_MS / 1000} s`), LIMIT_MS)
    signal?.addEventListener('abort', tooLate)
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (part: string) => {
        output[name] += part
        if (output[name].length > MAX_LENGTH) stop('printed more than a password')()
      })
    child.stdin?.on('error', () => {}).end()
    child.once('error', (error) => {
      clearTimeout(timer)
      fail(problemOf(error))
    })
    // Not `close`: a child of the command may keep its output open.
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

const problemOf = (error: NodeJS.ErrnoException): string =>
  error.code === 'ENOENT' ? 'does not exist' : `cannot be run: ${reasonOf(error)}`

/** Rejects if the command cannot be run. Does not run it. */
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
  throw failed(`The password command ${command} cannot be found, or is not executable`, '')
}

/** A process group can be ended as a whole, but cannot prompt on the terminal. So it is used only without a terminal. */
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
    // It has already ended.
  }
  release(child)
}

/** Closes the pipes, so that they do not keep this process running. */
function release({stderr, stdout}: ChildProcess): void {
  stdout?.destroy()
  stderr?.destroy()
}

/** Has no cause: the message of that error contains the whole command line. */
function failed(message: string, stderr: string): Failure {
  const output = stderr
    .split('\n')
    .flatMap((line) => line.trim() || [])
    .join(' / ')
  return new Failure('secret-unavailable', message, EXIT.config, {
    ...(output && {hint: `The command printed: ${output.slice(-500)}`}),
  })
}
