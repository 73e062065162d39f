/** What one run leaves for the next, kept by whoever lends us a `Memory`; a session does without it as well. */

import type {Endpoint} from './connect/endpoint.ts'

/** XEP-0484: stands for the password until `expiry` (RFC 3339). */
export interface Token {
  mechanism: string
  secret: string
  expiry: string
}

export interface SavedState {
  /** XEP-0388 user-agent id: tokens are issued to it. */
  clientId?: string
  token?: Token
  /** Where the server was when it was last looked for by DNS. */
  endpoint?: Endpoint
}

export interface Memory {
  load(): Promise<SavedState>
  /** Merges; a key set to undefined is dropped. Never rejects: a run does not fail for what the next one would like. */
  save(changes: {[K in keyof SavedState]: SavedState[K] | undefined}): Promise<void>
}
