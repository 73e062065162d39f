/** XEP-0424: Message Retraction <https://xmpp.org/extensions/xep-0424.html>, by moderators as well (XEP-0425), and in the old form (XEP-0422) */
import {type Element, xml} from '../../xml.ts'

export const NS_RETRACTION = 'urn:xmpp:message-retract:1'
/** XEP-0424 up to version 0.3 attaches the retraction to the message (XEP-0422), as XEP-0425 of that time does. */
export const NS_OLD_RETRACTION = 'urn:xmpp:message-retract:0'
const NS_OLD_MODERATION = 'urn:xmpp:message-moderate:0'
const NS_FASTENING = 'urn:xmpp:fasten:0'

/** Clients that do not support retractions show this text. Servers archive the message because it has a body. */
export const RETRACTION_BODY = 'I have taken back an earlier message, which your client still shows'

/** @param id of the message; in a room its stanza id */
export const buildRetract = (id: string): Element => xml('retract', {xmlns: NS_RETRACTION, id})

/** The id of the message that its sender or a moderator of the room (XEP-0425) retracts. */
export function parseRetract(message: Element): string | undefined {
  return message.getChild('retract', NS_RETRACTION)?.attrs.id || parseFastened(message)
}

function parseFastened(message: Element): string | undefined {
  const fastened = message.getChild('apply-to', NS_FASTENING)
  const moderated = fastened?.getChild('moderated', NS_OLD_MODERATION)
  const isRetract = (moderated ?? fastened)?.getChild('retract', NS_OLD_RETRACTION)
  return (isRetract && fastened?.attrs.id) || undefined
}
