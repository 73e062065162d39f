/** The filter for printed events. */
import {matchesOrContains} from '../../jid-comparison.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'

export interface EventFilter {
  /** JIDs; a bare JID includes all of its resources. An absent filter matches everything. */
  from?: string[] | undefined
  types?: string[] | undefined
  kinds: readonly StanzaEvent['event'][]
  /** Found in the body. */
  match?: RegExp | undefined
}

export function isWanted(event: StanzaEvent, {from, kinds, match, types}: EventFilter): boolean {
  if (!kinds.includes(event.event)) return false
  if (types && !types.includes(event.type)) return false
  if (from && !from.some((jid) => matchesOrContains(event.from ?? '', jid))) return false
  return !match || (event.event === 'message' && match.test(event.body ?? ''))
}
