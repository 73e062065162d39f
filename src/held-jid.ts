/** Addresses as servers hold them in rosters and block lists, which need not be JIDs (RFC 7622). */
import {FILE_PATH, parseJid, URL_START} from './jid.ts'

/** What servers let into a roster or a block list: less than RFC 7622 asks for. */
const held = (): RegExp =>
  /^(?!xmpp:)(?:[^\s\p{C}"&'/:<>@]+@)?[^\s\p{C}/<>@](?:[^\p{C}/<>@]*[^\s\p{C}/<>@])?(?:\/\P{C}+)?$/iu
/** A last dot, and A-labels: servers keep such an address beside the one that it stands for. */
const HELD_BESIDE = /^[^/]*(?:\.(?:\/|$)|(?:^|[@.])xn--)/i

/**
 * How a server may hold an address in a roster or a block list: as it is written where servers keep that, such as
 * `foo@bar.org:5222` or `foo@bar.org.`, and last the JID, where it is one. Throws `malformed-jid` for what no server holds.
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
