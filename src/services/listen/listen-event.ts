/** The events of `listen`: from stanzas, and about the session. */
import type {MessageKey} from '../../account/state/ended-questions.ts'
import type {Failure} from '../../errors.ts'
import type {ArchiveResult} from '../../protocol/archive/archive.ts'
import type {ErrorEvent, StanzaEvent} from '../../protocol/event/event.ts'
import type {Element} from '../../xml.ts'
import type {ConnectionEvent} from './stanza-queue.ts'

/** `jid` is the full JID of the session. */
export type ListenEvent =
  | StanzaEvent
  | ConnectionEvent
  | Gap
  | RoomCreatedEvent
  | {event: 'ready'; jid: string}

/** The run has created a room (`--create`). */
export interface RoomCreatedEvent {
  event: 'room-created'
  room: string
  persistent: boolean
}

/** Messages of this time, to the account or in the room, cannot be recovered: RFC 3339. */
export interface Gap {
  event: 'gap'
  room: string | null
  from: string
  until: string
}

export const isStanzaEvent = (event: ListenEvent): event is StanzaEvent =>
  !['ready', 'disconnected', 'reconnected', 'gap', 'room-created'].includes(event.event)

export interface StreamItem {
  event: ListenEvent
  /** Whether the message is new, so that it gets a receipt; false for history. */
  isNew: boolean
  /** What identifies the message in archives and in other runs. */
  keys?: MessageKey[]
  /** The stanza of the event, or the archived message. */
  source?: Element | ArchiveResult
  /** The room sent it as history after the join. */
  isHistory?: true
  /** The event is about the run itself, and printed with any filters. */
  unfiltered?: true
}

/** An event in place of events that cannot be received. */
export function errorEvent(failure: Failure, from: string): StreamItem {
  const event: ErrorEvent = {
    ...{event: 'error', id: null, from, to: null, type: 'error'},
    error: failure.toJSON(),
  }
  return {event, isNew: false, unfiltered: true}
}
