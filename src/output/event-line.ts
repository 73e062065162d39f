/** The lines of `listen`: for a person on a terminal, for a pipe, or by a template. */
import type {FileEvent, StanzaEvent} from '../protocol/event/event.ts'
import {renderEvent} from './event.ts'
import {localTime} from './layout/local-time.ts'
import type {Terminal} from './layout/terminal.ts'
import {fillTemplate, parseTemplate} from './template.ts'

/** The flags of `listen` that choose events and their lines. */
interface LineFlags {
  ids: boolean
  format?: string | undefined
  include?: readonly string[] | undefined
  exclude?: readonly string[] | undefined
}

/** Frequent, and rarely worth a line: printed on a terminal only if the user has chosen kinds of events. */
const BACKGROUND = ['presence', 'receipt', 'marker', 'chat-state']

type EventRecord = (StanzaEvent | FileEvent) & {time: string}

/** The line is empty for an event without one. Throws 2 for a template that is not valid. */
export function eventRenderer(
  {exclude, format, ids, include}: LineFlags,
  terminal: Pick<Terminal, 'isTTY' | 'locale'>,
): (event: EventRecord) => string {
  const template = format === undefined ? undefined : parseTemplate(format)
  const {isTTY} = terminal
  const hidden = isTTY && !include && !exclude ? BACKGROUND : []
  return (event) => {
    if (hidden.includes(event.event)) return ''
    if (template) return fillTemplate(template, event)
    if (!isTTY) return renderEvent(event, ids)
    const hasDelay = 'delay' in event && event.delay !== null
    const line = renderEvent(hasDelay ? {...event, delay: null} : event, ids)
    return `${localTime(hasDelay ? (event.delay ?? '') : event.time, terminal)} ${line}`
  }
}
