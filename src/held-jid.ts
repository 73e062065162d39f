/** Addresses as servers store them in rosters and block lists, which may not be valid JIDs (RFC 7622). */
import {FILE_PATH, parseJid, URL_START} from './jid.ts'

/** Addresses that servers accept in a roster or a block list: less strict than RFC 7622. */
const held = (): RegExp =>
  /^(?!xmpp:)(?:[^\s\p{C}"&'/:<>@]+@)?[^\s\p{C}/<>@](?:[^\p{C}/<>@]*[^\s\p{C}/<>@])?(?:\/\P{C}+)?$/iu
/** A final dot, and A-labels: servers store such an address as a different one than its normalized form. */
const HELD_BESIDE = /^[^/]*(?:\.(?:\/|$)|(?:^|[@.])xn--)/i

/**
 * The spellings in which a server may store an address in a roster or a block list: the text as written, if servers accept
 * it (`foo@bar.org:5222`, `foo@bar.org.`), and last the normalized JID, if it is valid. Throws `malformed-jid` (65) for
 * other texts.
 */
export function heldSpellings(text: string): string[] {
  const isHeld = held().test(text) && !FILE_PATH.test(text) && !URL_START.test(text)
  try {
    const {full} = parseJid(text)
    return isHeld && full !== text && HELD_BESIDE.test(text) ? [text, full] : [full]
  } catch (error) {
    if (!isHeld) throw error
    return [text]
  }
}
