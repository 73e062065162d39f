/** `password_command`: any password manager, as an argv array and without a shell. */
import type {ExecFileException} from 'node:child_process'
import {EXIT, Failure} from '../errors.ts'

const LIMIT_MS = 10_000
const MOST_BYTES = 64 * 1024

/** What it prints, up to the first line break. */
export async function runPasswordCommand(argv: readonly string[], env: NodeJS.ProcessEnv) {
  const {execFile} = await import('node:child_process') // few runs need it
  const [command = '', ...words] = argv
  // What it needs to ask a person it finds at the terminal; our own secrets are none of its business.
  const {XMPP_PASSWORD: _, ...environment} = env
  const options = {
    env: environment,
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: MOST_BYTES,
  }
  return new Promise<string>((resolve, reject) => {
    const child = execFile(command, words, options, (error, stdout, stderr) => {
      if (error) return reject(commandFailure(command, error, stderr))
      const [line = ''] = stdout.split(/\r?\n/, 1)
      if (line) resolve(line)
      else reject(failed(`The password command ${command} printed nothing`, stderr))
    })
    child.stdin?.end()
  })
}

function commandFailure(command: string, error: ExecFileException, stderr: string): Failure {
  const what = `The password command ${command}`
  if (error.code === 'ENOENT') return failed(`${what} does not exist`, stderr)
  if (error.code === 'EACCES') return failed(`${what} cannot be run (EACCES)`, stderr)
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER')
    return failed(`${what} printed more than a password`, stderr)
  if (error.killed) return failed(`${what} did not end within ${LIMIT_MS / 1000} s`, stderr)
  const how = typeof error.code === 'number' ? `with status ${error.code}` : `by ${error.signal}`
  return failed(`${what} failed ${how}`, stderr)
}

/** No cause: that error's message holds the whole command line. */
function failed(message: string, stderr: string): Failure {
  const said = stderr.trim()
  return new Failure('secret-unavailable', message, EXIT.config, {
    ...(said && {hint: `It said: ${said.slice(-500)}`}),
  })
}
