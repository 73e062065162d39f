/** Notices about the session of a run that holds it open. */
import {localTime} from './layout/local-time.ts'
import type {Terminal} from './layout/terminal.ts'
import {sanitizeLine} from './sanitize.ts'

/** The times are RFC 3339. */
interface MissingMessages {
  room: string | null
  from: string
  until: string
}

/** @param what `Messages`, or the kind of messages that the run waits for */
export function renderGap(
  what: string,
  {from, room, until}: MissingMessages,
  terminal: Terminal,
): string {
  const place = room === null ? '' : ` in ${sanitizeLine(room)}`
  const [first, last] = [from, until].map((time) => localTime(time, terminal))
  return `${what}${place} from ${first} to ${last} may be missing: no archive has them`
}
