/** Accounts on servers, made, changed and removed, as text. */
import type {Failure} from '../errors.ts'
import {type PasswordLocation, renderStored} from './account.ts'
import {sanitizeLine} from './sanitize.ts'

export interface RegisterResult {
  jid: string
  /** The JID that was asked for, where the server made another one of it. */
  requested?: string
  /** Only where it was generated and is stored nowhere else. */
  password: string | null
  /** The name under which the config file has it now. */
  account: string | null
  /** What went wrong besides; whether there is an account at all, if its code is unknown-outcome. */
  error?: Failure
}

export function renderRegister(
  {account, error, jid, password, requested}: RegisterResult,
  place?: PasswordLocation & {store: string},
): string {
  const isCreated = error?.code !== 'unknown-outcome'
  const written = requested ? `, which is how the server writes ${sanitizeLine(requested)}` : ''
  const lines = [`${isCreated ? 'Created' : 'Perhaps created'} ${sanitizeLine(jid)}${written}`]
  if (password !== null) lines.push(`Its password, shown only now: ${password}`)
  if (account !== null) lines.push(`Stored the account ${sanitizeLine(account)}`)
  if (place) lines.push(...renderStored(place.store, place))
  return lines.join('\n')
}

export interface PasswordSetResult {
  jid: string
  /** The password that `xmpp login` had stored was replaced. */
  stored: boolean
  error?: Failure
}

export function renderPasswordSet({jid, stored}: PasswordSetResult): string {
  return `Changed the password of ${sanitizeLine(jid)}${stored ? ', here as well' : ''}`
}
