/** What a run that listens is to hear, and where an earlier one came to. */
import type {Element} from '../../xml.ts'
import type {SeenKey} from './deduplicator.ts'
import type {RoomEntry} from './room-joins.ts'

interface ResumePoint {
  after: string | undefined
  from: string | undefined
  until: string | undefined
  /** What it told last. */
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
