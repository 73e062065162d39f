/** Messages of an archive as lines, each with its time first. */
import type {ArchivePreferences} from '../protocol/archive/preferences.ts'
import type {MessageKind} from '../protocol/event/event.ts'
import {renderEvent} from './event.ts'
import {sanitizeLine} from './sanitize.ts'

/** Times are local, as in the messages of other programs on the terminal; JSON has UTC. */
export const renderArchived = (event: MessageKind): string =>
  `${localTime(event.delay)} ${renderEvent({...event, delay: null})}`

/** `2026-11-20 08:00:00`. */
function localTime(time: string | null): string {
  if (time === null) return 'unknown time'
  const date = new Date(time)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}

export function renderArchivePreferences(preferences: ArchivePreferences): string {
  const {always, never} = preferences
  const lists = Object.entries({always, never}).flatMap(([name, jids]) =>
    jids.map((jid) => `${name}\t${sanitizeLine(jid)}`),
  )
  return [`default\t${preferences.default}`, ...lists].join('\n')
}
