/** What a session needs to know of the account it signs in to; where it comes from is not its business. */
import type {Jid} from '../jid.ts'
import type {Memory} from './saved-state.ts'
import type {Trust} from './tls/tls.ts'

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
  memory: Memory | undefined
}
