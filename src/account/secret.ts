/** The sources of the password, in order. The first that is configured is used; if it fails, nothing stands in for it. */
import {readKeyring} from './keyring.ts'
import {runPasswordCommand} from './password-command.ts'
import {locate, readPasswordLine} from './user-file.ts'
import {candidates, type Level, type Sources, type Value} from './values.ts'

type SecretKind = 'password-file' | 'environment' | 'password-command' | 'keyring' | 'prompt'

export interface Secret {
  kind: SecretKind
  /** Absent where nothing is configured. */
  level?: Level
  /** For people: which flag, variable or table named it. */
  origin: string
  /** The file or the command; never the secret. */
  detail: string | null
  read(): Promise<string>
}

export interface People {
  /** Standard input, to its end. */
  readStdin(): Promise<string>
  /** Asks on the terminal; throws where there is none. */
  ask(message: string): Promise<string>
}

const ORDER: Level[] = ['flag', 'environment', 'account', 'defaults']

export function chooseSecret(jid: string, sources: Sources, people: People): Secret {
  const configured = [
    ...candidates('password_file', sources).map((found) => fromFile(found, sources, people)),
    ...fromEnvironment(sources),
    ...candidates('password_command', sources).map((found) => fromCommand(found, sources)),
    ...candidates('keyring', sources)
      .filter(({value}) => value === true)
      .map((found) => fromKeyring(found, jid)),
  ]
  const [first] = configured.sort((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level))
  return (
    first ?? {
      kind: 'prompt',
      origin: 'the terminal',
      detail: null,
      read: () => people.ask(`Password of ${jid}:`),
    }
  )
}

type Found = Secret & {level: Level}

function fromFile({level, origin, value}: Value, {config, env}: Sources, people: People): Found {
  const file = locate({level, origin, value: String(value)}, config.file, env)
  const read = (): Promise<string> => readPasswordLine(file, 'the password file', people.readStdin)
  return {level, kind: 'password-file', origin, detail: file, read}
}

function fromEnvironment({env}: Sources): Found[] {
  const {XMPP_PASSWORD: password} = env
  if (!password) return []
  const origin = 'XMPP_PASSWORD'
  const read = async (): Promise<string> => password
  return [{level: 'environment', kind: 'environment', origin, detail: null, read}]
}

function fromCommand({level, origin, value}: Value, {env}: Sources): Found {
  const argv = value as string[]
  const read = (): Promise<string> => runPasswordCommand(argv, env)
  return {level, kind: 'password-command', origin, detail: argv[0] ?? '', read}
}

function fromKeyring({level, origin}: Value, jid: string): Found {
  return {level, kind: 'keyring', origin, detail: null, read: () => readKeyring(jid)}
}
