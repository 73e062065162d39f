/** XEP-0313 §4.2: the event for a message of an archive. */
import {bareJidOf} from '../../jid.ts'
import type {ArchiveResult} from '../archive/archive.ts'
import type {MessageKind} from './event.ts'
import {parseEvent} from './parse-event.ts'

/** @param own and `isRoom` as for `parseEvent` */
export function parseArchived(
  {delay, id, message}: ArchiveResult,
  own: string,
  isRoom?: (jid: string) => boolean,
): MessageKind | undefined {
  const event = parseEvent(message, own, isRoom)
  if (!event || !('stanzaId' in event)) return undefined
  const isSent = bareJidOf(event.from) === own && bareJidOf(event.to) !== own
  const archived = {...event, stanzaId: id, delay: delay ?? event.delay}
  return isSent ? {...archived, carbon: 'sent'} : archived
}
