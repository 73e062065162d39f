/** Messages of an archive as lines, each with its time first. */
import type {ArchivePreferences} from '../protocol/archive/preferences.ts'
import type {MessageKind} from '../protocol/event/event.ts'
import {renderEvent} from './event.ts'
import {localTime} from './layout/local-time.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

export function renderArchived(event: MessageKind, terminal: Terminal): string {
  const time = event.delay === null ? 'unknown time' : localTime(event.delay, terminal)
  return `${time} ${renderEvent({...event, delay: null})}`
}

export function renderArchivePreferences(preferences: ArchivePreferences): string {
  const {always, never} = preferences
  const lists = Object.entries({always, never}).flatMap(([name, jids]) =>
    jids.map((jid) => `${name}\t${sanitizeLine(jid)}`),
  )
  return [`default\t${preferences.default}`, ...lists].join('\n')
}
