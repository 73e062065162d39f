/** An account is not a contact of itself: servers answer such requests in different ways. */
import {EXIT, Failure} from '../../errors.ts'

/** Throws `own-account` (2) if the JID is that of this account. */
export function rejectOwnJid(jid: string, {jid: own}: {jid: {bare: string}}, hint: string): void {
  if (jid !== own.bare) return
  throw new Failure('own-account', `${jid} is this account itself`, EXIT.usage, {hint})
}
