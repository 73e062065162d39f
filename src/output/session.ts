/** Notices about the session of a run, and about the wait for a server. */
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

export const renderConnecting = (domain: string): string => `Connecting to ${domain}`

export const renderWaitingFor = (server: string): string => `Waiting for ${server}`

export const renderReady = (jid: string): string => `Ready as ${jid}; Ctrl-C ends the run`

export const renderDisconnected = (reason: string): string => `${reason}; reconnecting`

export const RECONNECTED = 'The session is connected again'
export const WEB_SERVER = 'the web server'
export const INSECURE = 'The certificate is not checked (--insecure)'

/** The messages that a run of `listen` received and did not print. @param reason of the system */
export const renderUnsaved = (reason: string): string =>
  `Unprinted messages are not saved for the next run: ${reason}`
