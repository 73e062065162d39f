/** RFC 6121 §4.4: presence as it changes; servers repeat themselves, and what is said twice is no change. */
import type {Element} from '../xml.ts'
import {isNotification, type Presence, parsePresence} from './presence.ts'

/** Each change of each resource, of the bare JIDs named; of everybody where none is. */
export async function* changesOf(
  incoming: AsyncIterable<Element>,
  jids: string[] = [],
): AsyncGenerator<Presence> {
  const known = new Map<string, string>()
  for await (const stanza of incoming) {
    if (!isNotification(stanza)) continue
    const presence = parsePresence(stanza)
    const bare = presence.jid.split('/', 1)[0] ?? ''
    if (jids.length > 0 && !jids.includes(bare)) continue
    const {priority, show, status, statuses} = presence
    const state = JSON.stringify([show, status, statuses, priority])
    const before = known.get(presence.jid)
    // Some servers also say of everybody who is away that they are.
    if (before === state || (before === undefined && show === 'offline')) continue
    known.set(presence.jid, state)
    yield presence
  }
}
