/** What `listen` tells of the stanzas that arrive (contract: events); RFC 6121 §4 and §5. */
import type {Body} from '../message/body.ts'
import type {Carbon} from '../message/carbons.ts'
import type {ChatState} from '../message/chat-state.ts'
import type {Marker} from '../message/marker.ts'
import type {Reactions} from '../message/reaction.ts'
import type {Show} from '../presence/presence.ts'

export interface Common {
  id: string | null
  from: string | null
  to: string | null
  type: string
}

/** What every message has in common, whatever it says. */
export interface MessageCommon extends Common {
  /** The id under which the archive of the account, or of the room, has it. */
  stanzaId: string | null
  /** RFC 3339: when it was sent, if it waited somewhere on the way. */
  delay: string | null
  /** Another client of the account sent or received it, and this is a copy. */
  carbon: Carbon['direction'] | null
  /** Bare JID of the room that it came through, and who said it there. */
  room: string | null
  nick: string | null
}

export interface MessageEvent extends MessageCommon, Body {
  event: 'message'
  /** Its id again, where nobody on the way rewrites it. */
  originId: string | null
  subject: string | null
  thread: string | null
  /** Namespace of the encryption that hides what it says; a body is only a note about that. */
  encrypted: string | null
  /** Ids of earlier messages: the one that this corrects, and the one that it takes back. */
  replace: string | null
  retract: string | null
  reply: {id: string; to: string | null} | null
  reactions: Reactions | null
  oob: {url: string; description: string | null} | null
  /** The sender would like to know when it got here, and when it was displayed. */
  receiptRequested: boolean
  markable: boolean
}

/** Of our message `messageId`: it got there. */
export interface ReceiptEvent extends MessageCommon {
  event: 'receipt'
  messageId: string
}

/** Of our message `messageId`, and all before it. */
export interface MarkerEvent extends MessageCommon {
  event: 'marker'
  marker: Marker['kind']
  messageId: string
}

export interface ChatStateEvent extends MessageCommon {
  event: 'chat-state'
  state: ChatState
}

/** Of a room: what it is about, at entering and whenever it changes. */
export interface SubjectEvent extends MessageCommon {
  event: 'subject'
  subject: string
}

/** Into `room`, which need not be the sender. */
export interface InvitationEvent extends MessageCommon {
  event: 'invitation'
  room: string
  inviter: string | null
  reason: string | null
  /** What the sender, or the server in its place, says beside. */
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
