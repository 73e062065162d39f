/** What a run that follows an account has to tell: what was said, and what became of its session. */
import type {Failure} from '../../errors.ts'
import type {ErrorEvent, StanzaEvent} from '../../protocol/event/event.ts'
import type {ConnectionEvent} from './stanza-queue.ts'

/** @param jid the full one that was bound */
export type ListenEvent = StanzaEvent | ConnectionEvent | Gap | {event: 'ready'; jid: string}

/** What was sent in this time, to the account or in the room, can be had from nowhere: RFC 3339. */
export interface Gap {
  event: 'gap'
  room: string | null
  from: string
  until: string
}

export const isStanzaEvent = (event: ListenEvent): event is StanzaEvent =>
  !['ready', 'disconnected', 'reconnected', 'gap'].includes(event.event)

export interface StreamItem {
  event: ListenEvent
  /** It is news to its sender that this got here. */
  isNew: boolean
  /** A room said it before we came, and sent it because we came. */
  isHistory?: true
  /** It is about what this run can hear, and so told whatever was asked for. */
  unfiltered?: true
}

/** What keeps the run from hearing someone, in the place of what was not heard. */
export function errorEvent(failure: Failure, from: string): StreamItem {
  const event: ErrorEvent = {
    ...{event: 'error', id: null, from, to: null, type: 'error'},
    error: failure.toJSON(),
  }
  return {event, isNew: false, unfiltered: true}
}
