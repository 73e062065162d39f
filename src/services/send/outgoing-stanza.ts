/** A stanza that is ready to be sent: the one shape between the message options and the session. */
import type {JoinOptions} from '../../protocol/muc/room.ts'
import type {Element} from '../../xml.ts'

export type DeliveryState = 'accepted' | 'delivered' | 'displayed'

export interface OutgoingStanza {
  element: Element
  /** The state that counts as success. */
  wait: DeliveryState
  /** How to join the room of the recipient; absent if the recipient is not in a room. */
  room?: JoinOptions | undefined
  /** The file of the message. */
  url?: string | undefined
  /** Absent: send a stanza of any size. */
  ifTooLarge?: 'fail' | 'split' | undefined
}
