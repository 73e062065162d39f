/** The JID and the password of an account to create. */
import {checkPassword, generatePassword} from '../../account/secrets/password-rules.ts'
import type {Settings} from '../../account/settings.ts'
import {promptForJid, resolveJidArgument} from '../../cli/terminal/jid-prompt.ts'
import {ask, askNewPassword} from '../../cli/terminal/prompt.ts'
import {parseJid} from '../../jid.ts'
import {firstPasswordPrompt, NEW_JID_PROMPT, usernamePrompt} from '../../output/prompt.ts'
import type {Invitation} from '../../protocol/registration/invitation.ts'

interface GivenJid {
  argument: string | undefined
  /** Of --jid. */
  flag: string | undefined
  invitation: Invitation | undefined
}

/** The bare JID of a new account. An invitation to a server names only the domain, and the user chooses the username. */
export async function chooseJid(
  {argument, flag, invitation}: GivenJid,
  signal: AbortSignal,
): Promise<string> {
  const given = resolveJidArgument(argument, flag) ?? invitation?.jid
  const text = given ?? (process.env.XMPP_JID || (await promptForJid(NEW_JID_PROMPT, signal)))
  const {bare, domain, local} = parseJid(text)
  if (local !== undefined) return bare
  const check = (name: string): unknown => parseJid(`${name}@${domain}`)
  return `${await ask({...usernamePrompt(domain), check, signal})}@${domain}`
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
