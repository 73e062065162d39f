/** Our own account is no contact of itself: servers answer strangely, each in its own way. */
import {EXIT, Failure} from '../errors.ts'

/** Throws `own-account` (2) where somebody else is meant to be named. */
export function rejectOwnJid(jid: string, {jid: own}: {jid: {bare: string}}, hint: string): void {
  if (jid !== own.bare) return
  throw new Failure('own-account', `${jid} is this account itself`, EXIT.usage, {hint})
}
