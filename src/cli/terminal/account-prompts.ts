/** What an account to be still lacks: a name, a password. */
import {checkPassword, generatePassword} from '../../account/secrets/password-rules.ts'
import type {Settings} from '../../account/settings.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {sameJid} from '../../jid-comparison.ts'
import {ask, askNewPassword} from './prompt.ts'

/** Of two that differ, one would go unheard. */
export function resolveJidArgument(argument: string | undefined, flag: string | undefined) {
  if (argument === undefined || flag === undefined || sameJid(argument, flag))
    return argument ?? flag
  throw new Failure('usage', `--jid is ${flag}, and the argument is ${argument}`, EXIT.usage, {
    hint: 'Give one of them',
  })
}

/** Asks until it is one. */
export function promptForUsername(message: string, signal: AbortSignal): Promise<string> {
  const instead = 'the JID as argument, --jid or XMPP_JID'
  return ask({message, valueName: 'The JID', instead, check: parseJid, signal})
}

/** An invitation to a server leaves the name to who is invited. */
export async function promptForJid(text: string, signal: AbortSignal): Promise<string> {
  const {bare, domain, local} = parseJid(text)
  if (local !== undefined) return bare
  const instead = `a whole JID, such as romeo@${domain}`
  const message = `Username at ${domain}:`
  const check = (name: string): unknown => parseJid(`${name}@${domain}`)
  return `${await ask({message, valueName: 'The username', instead, check, signal})}@${domain}`
}

/** Throws for who is nobody on the server: there is nothing to change or to remove. */
export function refuseAnonymous({anonymous}: Settings): void {
  if (anonymous)
    throw new Failure('no-account', 'An anonymous user has no account and no password', EXIT.usage)
}

/** The one that is configured, or a new one: made up, or typed twice. */
export async function choosePassword(
  {jid, password, secret}: Settings,
  generate: boolean,
  signal: AbortSignal,
): Promise<string> {
  if (generate) return generatePassword()
  if (secret.level) return password()
  const typed = await askNewPassword({
    message: `New password for ${jid.bare}:`,
    valueName: 'The password',
    instead: '--generate-password, --password-file FILE or XMPP_PASSWORD',
    signal,
  })
  await checkPassword(typed, 'the terminal')
  return typed
}
