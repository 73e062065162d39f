/** The sources of the password, in order. The first one that is configured is used; if it fails, the run fails. */
import {EXIT, Failure} from '../../errors.ts'
import {type Level, lookupAll, type Sources, type Value} from '../config/lookup.ts'
import {checkSecretFile, readPasswordLine, resolveConfigPath} from '../config/user-file.ts'
import {readKeyring} from './keyring.ts'
import {runPasswordCommand} from './password-command.ts'
import {checkPassword} from './password-rules.ts'

type SecretKind =
  | 'password-file'
  | 'environment'
  | 'password-command'
  | 'keyring'
  | 'certificate'
  | 'anonymous'
  | 'prompt'

export interface Secret {
  kind: SecretKind
  /** Absent if no source is configured. */
  level?: Level
  /** For messages: the flag, variable or table that names it. */
  origin: string
  /** The file or the command; never the secret. */
  detail: string | null
  /** The sources that it overrides. */
  unused?: string[]
  /** Rejects if the source is unusable, as far as this can be checked without a prompt. */
  check?(signal: AbortSignal): Promise<void>
  read(signal: AbortSignal): Promise<string>
}

export interface PasswordPrompts {
  /** Standard input, to its end. */
  readStdin(signal: AbortSignal): Promise<string>
  /** Asks on the terminal; throws without a terminal. */
  ask(jid: string, signal: AbortSignal): Promise<string>
}

const ORDER: Level[] = ['flag', 'environment', 'account', 'defaults']

export function chooseSecret(jid: string, sources: Sources, prompts: PasswordPrompts): Secret {
  const configured = [
    ...lookupAll('password_file', sources).map((found) => fromFile(found, sources, prompts)),
    ...fromEnvironment(sources),
    ...lookupAll('password_command', sources).map((found) => fromCommand(found, sources)),
    ...lookupAll('keyring', sources)
      .filter(({value}) => value === true)
      .map((found) => fromKeyring(found, jid)),
  ]
  const [first, ...rest] = configured.sort(
    (a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level),
  )
  if (first) return {...first, unused: rest.map(({origin}) => origin)}
  const read = (signal: AbortSignal): Promise<string> => prompts.ask(jid, signal)
  return {kind: 'prompt', origin: 'the terminal', detail: null, read}
}

type FoundSecret = Secret & {level: Level}

function fromFile(
  {level, origin, value}: Value,
  {config, env}: Sources,
  prompts: PasswordPrompts,
): FoundSecret {
  const file = resolveConfigPath({level, origin, value: String(value)}, config.file, env)
  const what = 'the password file'
  return {
    level,
    kind: 'password-file',
    origin,
    detail: file,
    ...(file !== '-' && {
      check: (signal: AbortSignal) => checkSecretFile(file, what, signal),
    }),
    read: (signal) => readPasswordLine(file, what, prompts.readStdin, signal),
  }
}

function fromEnvironment({env}: Sources): FoundSecret[] {
  const {XMPP_PASSWORD: password} = env
  if (!password) return []
  const origin = 'XMPP_PASSWORD'
  const read = async (): Promise<string> => password
  return [{level: 'environment', kind: 'environment', origin, detail: null, read}]
}

function fromCommand({level, origin, value}: Value, {env}: Sources): FoundSecret {
  const argv = value as string[]
  const read = (signal: AbortSignal): Promise<string> => runPasswordCommand(argv, env, signal)
  return {level, kind: 'password-command', origin, detail: argv[0] ?? '', read}
}

function fromKeyring({level, origin}: Value, jid: string): FoundSecret {
  const read = (signal: AbortSignal): Promise<string> => readKeyring(jid, signal)
  return {level, kind: 'keyring', origin, detail: null, read}
}

/** A source without a password before the deadline has failed (78). A prompt without an answer is a timeout (124). */
export async function readSecret(secret: Secret, signal: AbortSignal): Promise<string> {
  // A file is read even after the deadline, which the session then reports. A FIFO ends with the signal.
  const isFile = secret.kind === 'password-file'
  const read = (): Promise<string> => secret.read(signal)
  const password = await (isFile ? read() : until(signal, read)).catch((error) => {
    const isLate = error instanceof Failure && error === signal.reason && error.code === 'timeout'
    if (!isLate || secret.kind === 'prompt') throw error
    const message = `${nameOf(secret)} gave no password in time: ${error.message}`
    throw new Failure('secret-unavailable', message, EXIT.config, {cause: error})
  })
  await checkPassword(password, secret.origin)
  return password
}

function until<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, {once: true})
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}

function nameOf({detail, kind}: Secret): string {
  if (kind === 'keyring') return 'The keyring'
  if (detail === '-') return 'Standard input'
  return kind === 'password-command'
    ? `The password command ${detail}`
    : `The password file ${detail}`
}
