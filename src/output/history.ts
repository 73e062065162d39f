/** Messages of an archive as lines, each with its time first. */
import type {ArchivePreferences} from '../protocol/archive/preferences.ts'
import type {MessageKind} from '../protocol/event/event.ts'
import {renderEvent} from './event.ts'
import {localTime} from './local-time.ts'
import {sanitizeLine} from './sanitize.ts'

export const renderArchived = (event: MessageKind): string =>
  `${event.delay === null ? 'unknown time' : localTime(event.delay)} ${renderEvent({...event, delay: null})}`

export function renderArchivePreferences(preferences: ArchivePreferences): string {
  const {always, never} = preferences
  const lists = Object.entries({always, never}).flatMap(([name, jids]) =>
    jids.map((jid) => `${name}\t${sanitizeLine(jid)}`),
  )
  return [`default\t${preferences.default}`, ...lists].join('\n')
}
