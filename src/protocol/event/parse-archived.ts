/** XEP-0313 §4.2: the event for a message of an archive. */
import {bareJidOf} from '../../jid.ts'
import type {ArchiveResult} from '../archive/archive.ts'
import type {MessageKind} from './event.ts'
import {parseEvent} from './parse-event.ts'

/** @param room whose archive it is; undefined for the archive of the account */
export function parseArchived(
  {delay, id, message}: ArchiveResult,
  own: string,
  room?: string,
): MessageKind | undefined {
  const event = parseEvent(message, own, (jid) => jid === room)
  if (!event || !('stanzaId' in event)) return undefined
  const isSent = bareJidOf(event.from) === own && bareJidOf(event.to) !== own
  const archived = {...event, stanzaId: id, delay: delay ?? event.delay}
  return isSent ? {...archived, carbon: 'sent'} : archived
}
