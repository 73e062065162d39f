/** Prompts for the JID and the password of an account. */
import {readPasswordLine} from '../../account/config/user-file.ts'
import {checkPassword, generatePassword} from '../../account/secrets/password-rules.ts'
import {isStoredByLogin} from '../../account/secrets/save-password.ts'
import {type Settings, withPassword} from '../../account/settings.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {sameJid} from '../../jid-comparison.ts'
import {
  firstPasswordPrompt,
  NEW_JID_PROMPT,
  newPasswordPrompt,
  type PromptWords,
  passwordPrompt,
  usernamePrompt,
} from '../../output/prompt.ts'
import {readStdin} from '../stdin.ts'
import {ask, askNewPassword, canAsk} from './prompt.ts'

/** The JID from the argument or from --jid. Throws if they differ. */
export function resolveJidArgument(argument: string | undefined, flag: string | undefined) {
  if (argument === undefined || flag === undefined || sameJid(argument, flag))
    return argument ?? flag
  throw new Failure('usage', `--jid is ${flag}, and the argument is ${argument}`, EXIT.usage, {
    hint: 'Give one of them',
  })
}

/** Repeats the prompt until the input is a JID. */
export const promptForJid = (words: PromptWords, signal: AbortSignal): Promise<string> =>
  ask({...words, check: parseJid, signal})

/** The bare JID of a new account. An invitation to a server names only the domain, and the user chooses the username. */
export async function promptForNewJid(
  given: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const text = given ?? (process.env.XMPP_JID || (await promptForJid(NEW_JID_PROMPT, signal)))
  const {bare, domain, local} = parseJid(text)
  if (local !== undefined) return bare
  const check = (name: string): unknown => parseJid(`${name}@${domain}`)
  return `${await ask({...usernamePrompt(domain), check, signal})}@${domain}`
}

/** Throws for an anonymous sign-in: the server has no account to change or to delete. */
export function refuseAnonymous({anonymous}: Settings): void {
  if (anonymous)
    throw new Failure('no-account', 'An anonymous user has no account and no password', EXIT.usage)
}

/** The configured password, or a new one, which is generated or typed twice. */
export async function choosePassword(
  {jid, password, secret}: Settings,
  generate: boolean,
  signal: AbortSignal,
): Promise<string> {
  if (generate) return generatePassword()
  if (secret.level) return password()
  const typed = await askNewPassword({...firstPasswordPrompt(jid.bare), signal})
  await checkPassword(typed, 'the terminal')
  return typed
}

/** Asks again for a password that an earlier login has stored, since it may be wrong. */
export async function promptForStoredPassword(
  settings: Settings,
  signal: AbortSignal,
): Promise<Settings> {
  const {anonymous, jid, secret, trust} = settings
  if (anonymous || trust.cert !== undefined) return settings
  if (secret.kind === 'prompt') await settings.password()
  if (!isStoredByLogin(settings) || !canAsk()) return settings
  const password = await ask({...passwordPrompt(jid.bare), secret: true, signal})
  await checkPassword(password, 'the terminal')
  return withPassword(settings, password)
}

/** The new password for `password set`, from a file or typed twice. */
export async function readNewPassword(
  file: string | undefined,
  jid: string,
  signal: AbortSignal,
): Promise<string> {
  const password =
    file === undefined
      ? await askNewPassword({...newPasswordPrompt(jid), signal})
      : await readPasswordLine(file, 'the password file', readStdin, signal)
  await checkPassword(password, file === undefined ? 'the terminal' : '--new-password-file')
  return password
}
