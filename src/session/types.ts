/** The input of a session: the account, the address and verification of its server, and the state of an earlier run. */
import type {Jid} from '../jid.ts'

export interface Account {
  jid: Jid
  /** Called only when the mechanism needs a password; rejects with a config `Failure` when none is available. */
  password(): Promise<string>
  anonymous: boolean
  /** `xmpp://`, `xmpps://` or `wss://`, several separated by commas; found by DNS when absent. */
  server: string | undefined
  proxy: string | undefined
  trust: Trust
  /** Milliseconds to open the session. */
  connectTimeout: number
  /** Milliseconds for the whole run; undefined for no limit. */
  timeout: number | undefined
  /** When that time began, on the clock of `uptime()` in clock.ts; by default when the session is opened. */
  began?: number
  /** Further attempts after a failure with exit status 75. */
  retry: number
  memory: StateStore | undefined
}

export interface Trust {
  domain: string
  /** PEM certificates, trusted as well as the roots Node trusts. */
  ca?: string | undefined
  /** `sha256:` and the hash of the one public key to accept, in base64 or hex; replaces every other check. */
  pin?: string | undefined
  /** Accepts every certificate; a pin is still checked. */
  insecure?: boolean | undefined
  /** The client's own certificate and key, in PEM. */
  cert?: string | undefined
  key?: string | undefined
}

export interface Endpoint {
  kind: 'tls' | 'starttls' | 'wss'
  /** A name in ASCII, or an IP address without brackets. */
  host: string
  port: number
  /** The name that DNS resolved to this address, if only this one of its addresses is meant. */
  name?: string
  /** Of a `wss` endpoint only. */
  url?: string
  /** The item of `Account.server` that it comes from. */
  server?: string
  /** The DNS error, when this endpoint is only a guess from the domain name. */
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
  clientId?: string | undefined
  token?: Token | undefined
  /** The endpoint of the last connection that was found by DNS. */
  endpoint?: Endpoint | undefined
}

export interface StateStore {
  load(): Promise<SavedState>
  /** Merges; a key set to undefined is removed. Never rejects: the run does not need the saved state itself. */
  save(changes: SavedState): Promise<void>
}
