/** Which events a run of `listen` gets, and where the run before it ended. */
import type {MessageKey} from '../../account/state/ended-questions.ts'
import type {Element} from '../../xml.ts'
import type {EarlierSessions} from './recover-sessions.ts'
import type {RoomEntry} from './room-joins.ts'

/** The position of the previous run in the archive. */
export interface ResumePoint {
  after: string | undefined
  /** RFC 3339: the start if the archive does not have that message; certainly earlier than it. */
  from: string | undefined
  /** RFC 3339: messages after this time waited on the server; undefined after a run that was killed. */
  until: string | undefined
  /** RFC 3339: when the last printed message was sent, or when the first run began. */
  time?: string | undefined
  /** The keys of the messages that were printed last. */
  recent?: MessageKey[]
}

export interface EventStreamOptions {
  /** Bare JID. */
  own: string
  buildPresence(): Element
  /** Also include messages that other clients of the account send and receive. */
  carbons: boolean
  rooms: RoomEntry[]
  /** How often to try to join a lost room again. */
  retry?: number
  /** RFC 3339: begin with the archived messages since then. */
  since: string | undefined
  /** The position of an earlier run: the archive of the account is read from there. */
  resumePoint: ResumePoint | undefined
  /** The sessions of runs that were killed, if there were any. */
  earlierSessions?: EarlierSessions | undefined
  /** Messages that an earlier run received and did not print; `release` is called when one was printed. */
  unprinted?: {stanza: Element; release: () => void}[]
}
