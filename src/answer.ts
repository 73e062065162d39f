/** RFC 6120 §8.1 and §8.2: finds the stanza that answers a sent one, or returns it as an error. */
import {bareJidOf, domainOf} from './jid.ts'
import {matchesJid} from './jid-comparison.ts'
import type {Element} from './xml.ts'

/** The addresses of the account in the session. */
export interface OwnJids {
  bare: string
  domain: string
  /** Empty until a resource is bound. */
  full: string
}

/**
 * Whether a stanza that arrived answers one that was sent: by its id, and because it is from the address that was asked.
 * An error may lack the id: then it answers the oldest stanza that it can answer.
 */
export function answers(arrived: Element, sent: Element, own?: OwnJids): boolean {
  if (arrived.name !== sent.name) return false
  const {from, id, type} = arrived.attrs as Record<string, string | undefined>
  const isError = type === 'error'
  if (!isError && !(arrived.name === 'iq' && type === 'result')) return false
  if (id === undefined ? !isError : id !== sent.attrs.id) return false
  return mayAnswer(from, sent, own) || (isError && mayReturn(from, sent))
}

/**
 * Ids can be guessed, so the address counts (§8.1.2.1). Without `from`, the stanza is from this account's own server,
 * which names the sender of everything that it forwards.
 */
function mayAnswer(from: string | undefined, sent: Element, own: OwnJids | undefined): boolean {
  if (from === undefined || (own && matchesJid(from, own.domain))) return true
  const {to} = sent.attrs as {to?: string}
  if (to === undefined) return [own?.bare, own?.full].some((jid) => !!jid && matchesJid(from, jid))
  return matchesJid(from, to)
}

/** The account and the server of the address; the clients of an account, but not the occupants of a room. */
function mayReturn(from = '', {attrs: {to = '', type}}: Element): boolean {
  if ([bareJidOf(to), domainOf(to)].some((jid) => matchesJid(from, jid))) return true
  return type !== 'groupchat' && matchesJid(bareJidOf(from), to)
}
