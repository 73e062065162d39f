/** XEP-0191: Blocking Command <https://xmpp.org/extensions/xep-0191.html> */
import {heldSpellings} from '../../held-jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import {type Element, type Iq, xml} from '../../xml.ts'

export const NS_BLOCKING = 'urn:xmpp:blocking'

const buildItems = (name: string, jids: string[]): Element =>
  xml(name, {xmlns: NS_BLOCKING}, ...jids.map((jid) => xml('item', {jid})))

export function parseBlocklist(list: Element | undefined): string[] {
  const jids = list?.getChildren('item').map(({attrs}) => (attrs.jid as string) ?? '') ?? []
  return jids.filter(Boolean).sort()
}

export async function getBlocklist(iq: Iq): Promise<string[]> {
  return parseBlocklist(await iq.get(xml('blocklist', {xmlns: NS_BLOCKING})))
}

/** `unchanged`: it was so before. */
export interface BlockItem {
  jid: string
  state: 'blocked' | 'unblocked' | 'unchanged'
}

/** An empty request would unblock all addresses (§3.4), so an empty list sends nothing. */
export async function setBlocked(
  iq: Iq,
  jids: string[],
  state: 'blocked' | 'unblocked',
): Promise<BlockItem[]> {
  if (jids.length === 0) return []
  const request =
    state === 'blocked'
      ? buildItems('block', jids)
      : buildItems('unblock', [...new Set(jids.flatMap(heldSpellings))])
  // In one flight: servers answer in order, so the list is that of before.
  const [before] = await Promise.all([getBlocklist(iq), iq.set(request)])
  const isBlocked = (jid: string): boolean => before.some((other) => matchesJid(other, jid))
  return jids.map((jid) => ({
    jid,
    state: isBlocked(jid) === (state === 'blocked') ? 'unchanged' : state,
  }))
}
