/** The events that `listen` prints for stanzas (RFC 6121 §4 and §5). */
import type {Failure} from '../../errors.ts'
import type {Body} from '../message/body.ts'
import type {Carbon} from '../message/carbons.ts'
import type {ChatState} from '../message/chat-state.ts'
import type {SharedFile} from '../message/file-sharing.ts'
import type {Marker} from '../message/marker.ts'
import type {Reactions} from '../message/reaction.ts'
import type {Show} from '../presence/presence.ts'

export interface Common {
  id: string | null
  from: string | null
  to: string | null
  type: string
}

/** The fields of every message event. */
export interface MessageCommon extends Common {
  /** The id of the message in the archive of the account, or of the room. */
  stanzaId: string | null
  /** RFC 3339: when the message was sent, if it was delayed. */
  delay: string | null
  /** The message is a copy of one that another client of the account sent or received. */
  carbon: Carbon['direction'] | null
  /** The bare JID of the room, and the nickname of the sender in it. */
  room: string | null
  nick: string | null
}

export interface MessageEvent extends MessageCommon, Body {
  event: 'message'
  /** The id that the sender gave the message; servers do not rewrite it. */
  originId: string | null
  subject: string | null
  thread: string | null
  /** The namespace of the encryption; the body is then only a note about it. */
  encrypted: string | null
  /** The ids of earlier messages: the one that this corrects, and the one that it retracts. */
  replace: string | null
  retract: string | null
  reply: {id: string; to: string | null} | null
  reactions: Reactions | null
  /** The id of the action that the sender has selected in an earlier message (XEP-0439). */
  action: string | null
  oob: {url: string; description: string | null} | null
  files: SharedFile[]
  /** Whether the sender requests a delivery receipt, and a displayed marker. */
  receiptRequested: boolean
  markable: boolean
}

/** A receipt for the message `messageId` of this account. */
export interface ReceiptEvent extends MessageCommon {
  event: 'receipt'
  messageId: string
}

/** A marker for the message `messageId` of this account, and all before it. */
export interface MarkerEvent extends MessageCommon {
  event: 'marker'
  marker: Marker['kind']
  messageId: string
}

export interface ChatStateEvent extends MessageCommon {
  event: 'chat-state'
  state: ChatState
}

/** The subject of a room, after the join and after each change. */
export interface SubjectEvent extends MessageCommon {
  event: 'subject'
  subject: string
}

/** An invitation to `room`, which need not be the sender. */
export interface InvitationEvent extends MessageCommon {
  event: 'invitation'
  room: string
  inviter: string | null
  reason: string | null
  /** The text of the message besides the reason. */
  body: string | null
}

export interface PresenceEvent extends Common {
  event: 'presence'
  show: Show
  status: string | null
  priority: number
  room: string | null
  nick: string | null
}

export interface SubscriptionEvent extends Common {
  event: 'subscription'
  status: string | null
}

/** A file of the message `messageId` was saved at `path`, or was not. */
export interface FileEvent extends SharedFile {
  event: 'file'
  messageId: string | null
  from: string | null
  path: string | null
  error: Failure | null
}

export interface ErrorEvent extends Common {
  event: 'error'
  error: Record<string, unknown>
}

export type MessageKind =
  | MessageEvent
  | ReceiptEvent
  | MarkerEvent
  | ChatStateEvent
  | SubjectEvent
  | InvitationEvent

export type StanzaEvent = MessageKind | PresenceEvent | SubscriptionEvent | ErrorEvent
