import {bareJidOf} from '../../jid.ts'
import type {LineResult, LineStanzas, SendResult} from '../../protocol/message/message.ts'

/** Names the room that a message created (--create), if it created one. */
export const newRoomSentence = (
  result: SendResult | LineResult | LineStanzas,
): string | undefined =>
  'roomCreated' in result && result.to !== null
    ? `Created the ${result.roomCreated} room ${bareJidOf(result.to)}`
    : undefined
