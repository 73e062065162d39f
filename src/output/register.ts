/** Accounts on servers, made, changed and removed, as text. */
import {cleanLine} from './clean.ts'

export interface RegisterResult {
  jid: string
  /** Only where it was generated and is stored nowhere else. */
  password: string | null
  /** The name under which the config file has it now. */
  account: string | null
}

export function renderRegister({account, jid, password}: RegisterResult): string {
  const lines = [`Created ${cleanLine(jid)}`]
  if (password !== null) lines.push(`Its password, shown only now: ${password}`)
  if (account !== null) lines.push(`Stored the account ${cleanLine(account)}`)
  return lines.join('\n')
}

export interface PasswordSetResult {
  jid: string
  /** The password that `xmpp login` had stored was replaced. */
  stored: boolean
}

export function renderPasswordSet({jid, stored}: PasswordSetResult): string {
  return `Changed the password of ${cleanLine(jid)}${stored ? ', here as well' : ''}`
}
