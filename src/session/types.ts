/** What a session has to know: the account, how its server is reached and verified, and what an earlier run saved. */
import type {Jid} from '../jid.ts'

export interface Account {
  jid: Jid
  /** Asked for only where a mechanism needs it; rejects with a config `Failure` where there is none. */
  password(): Promise<string>
  anonymous: boolean
  /** `xmpp://`, `xmpps://` or `wss://`; by DNS where absent. */
  server: string | undefined
  proxy: string | undefined
  trust: Trust
  /** Milliseconds until the session must stand. */
  connectTimeout: number
  /** Milliseconds for the whole run; undefined for no limit. */
  timeout: number | undefined
  /** Further tries after a failure of code 75. */
  retry: number
  memory: StateStore | undefined
}

export interface Trust {
  domain: string
  /** PEM certificates, trusted as well as the roots Node trusts. */
  ca?: string
  /** `sha256:` and the hash of the one public key to accept, in base64 or hex; replaces every other check. */
  pin?: string
  /** No check at all, but for that of a pin. */
  insecure?: boolean
  /** The client's own certificate and key, in PEM. */
  cert?: string
  key?: string
}

export interface Endpoint {
  kind: 'tls' | 'starttls' | 'wss'
  /** A name in ASCII, or an IP address without brackets. */
  host: string
  port: number
  /** Of a `wss` endpoint only. */
  url?: string
  /** Why DNS could not say where the server is, when this endpoint is only the next best guess. */
  lookup?: unknown
}

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

export type StateChanges = {[K in keyof SavedState]: SavedState[K] | undefined}

export interface StateStore {
  load(): Promise<SavedState>
  /** Merges; a key set to undefined is dropped. Never rejects: a run does not fail for what the next one would like. */
  save(changes: StateChanges): Promise<void>
}
