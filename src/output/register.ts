/** Results of `register`, `unregister` and `password set` as text. */
import type {Failure} from '../errors.ts'
import {type PasswordLocation, renderStored} from './account.ts'
import type {PromptWords} from './prompt.ts'
import {sanitizeLine} from './sanitize.ts'

export interface RegisterResult {
  jid: string
  /** The requested JID, when the server created a different one. */
  requested?: string
  /** Only a generated password that is not stored anywhere. */
  password: string | null
  /** The name of the new account in the config file. */
  account: string | null
  /** A later failure; with the code unknown-outcome, the account may not exist. */
  error?: Failure
}

export function renderRegister(
  {account, error, jid, password, requested}: RegisterResult,
  place?: PasswordLocation & {store: string},
): string {
  const isCreated = error?.code !== 'unknown-outcome'
  const written = requested
    ? `, the spelling in which the server has stored ${sanitizeLine(requested)}`
    : ''
  const lines = [`${isCreated ? 'Created' : 'Possibly created'} ${sanitizeLine(jid)}${written}`]
  if (password !== null) lines.push(`Its password, shown only now: ${password}`)
  if (account !== null) lines.push(`Stored the account ${sanitizeLine(account)}`)
  if (place) lines.push(renderStored(place.store, place))
  return lines.join('\n')
}

export interface PasswordSetResult {
  jid: string
  /** Whether the command also replaced the password that `xmpp login` had stored. */
  stored: boolean
  error?: Failure
}

export function renderPasswordSet({jid, stored}: PasswordSetResult): string {
  return `Changed the password of ${sanitizeLine(jid)}${stored ? ', and the stored password' : ''}`
}

export const unregisterPrompt = (jid: string): PromptWords => ({
  message: `Type ${jid} to delete it permanently:`,
  valueName: 'The confirmation',
  instead: `--confirm ${jid}`,
})

export const renderUnregistered = (jid: string): string => `Removed ${sanitizeLine(jid)}`
