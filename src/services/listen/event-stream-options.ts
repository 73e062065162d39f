/** What a run that listens is to hear, and where an earlier one came to. */
import type {Element} from '../../xml.ts'
import type {SeenKey} from './deduplicator.ts'
import type {RoomEntry} from './room-joins.ts'

/** Where the run before this one ended. */
export interface ResumePoint {
  after: string | undefined
  /** RFC 3339: where to begin when the archive does not know that message; surely before it. */
  from: string | undefined
  /** RFC 3339: from then on it is nobody's fault but the reader's; undefined after a run that was killed. */
  until: string | undefined
  /** What was printed last. */
  recent?: SeenKey[]
}

export interface EventStreamOptions {
  /** Bare JID. */
  own: string
  buildPresence(): Element
  /** Also what other clients of the account send and receive. */
  carbons: boolean
  rooms: RoomEntry[]
  /** How often to try to enter a room again that was lost. */
  retry?: number
  /** RFC 3339: begin with what the archives have since then. */
  since: string | undefined
  /** What an earlier run left undone: everything in our archive after this message, or else from then on. */
  resumePoint: ResumePoint | undefined
  /** What an earlier run received and did not tell, and a callback for when it was. */
  unprinted?: {stanza: Element; release: () => void}[]
}
