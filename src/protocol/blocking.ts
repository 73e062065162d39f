/** XEP-0191: Blocking Command <https://xmpp.org/extensions/xep-0191.html> */
import {type Element, type Iq, xml} from '../xml.ts'

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

export async function block(iq: Iq, jids: string[]): Promise<void> {
  await iq.set(buildItems('block', jids))
}

/** An empty list would unblock everybody (§3.4), so it does nothing here. */
export async function unblock(iq: Iq, jids: string[]): Promise<void> {
  if (jids.length > 0) await iq.set(buildItems('unblock', jids))
}
