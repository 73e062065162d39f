/** What an account to be still lacks: a name, a password. */
import {generatePassword} from '../account/new-password.ts'
import type {Settings} from '../account/settings.ts'
import {parseJid} from '../jid.ts'
import {ask, askNewPassword} from './prompt.ts'

/** An invitation to a server leaves the name to who is invited. */
export async function wholeJid(text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined
  const {bare, domain, local} = parseJid(text)
  if (local !== undefined) return bare
  const instead = `a whole JID, such as romeo@${domain}`
  return `${await ask({message: `Username at ${domain}:`, what: 'The username', instead})}@${domain}`
}

/** The one that is configured, or a new one: made up, or typed twice. */
export async function choosePassword(
  {jid, password, secret}: Settings,
  generate: boolean,
): Promise<string> {
  if (generate) return generatePassword()
  if (secret.kind !== 'prompt') return password()
  return askNewPassword({
    message: `New password for ${jid.bare}:`,
    what: 'The password',
    instead: '--generate-password, --password-file FILE or XMPP_PASSWORD',
  })
}
