/** Revokes the tokens of accounts on their servers, then deletes tokens and passwords from this machine. */
import type {Config} from '../../account/config/config.ts'
import {deleteCredentials} from '../../account/delete-credentials.ts'
import {revokeTokens, type TokenOwner} from './revoke-tokens.ts'

export interface LogoutOptions {
  /** Undefined for all accounts. */
  jid: string | undefined
  loadConfig(): Promise<Config>
  /** Undefined if no server is to be contacted. */
  revoke: ((owner: TokenOwner) => Promise<boolean>) | undefined
}

/** @returns `complete`: how many JIDs have nothing left on this machine */
export async function logOut({jid, loadConfig, revoke}: LogoutOptions) {
  const revocations = revoke ? await revokeTokens(jid, await loadConfig(), revoke) : []
  const refused = revocations.flatMap(({error, jid}) => (error ? [{jid, error}] : []))
  // A token that the server did not revoke stays, so that a later run can revoke it.
  const keep = refused.map((refusal) => refusal.jid)
  const isSelected = (own: string): boolean =>
    jid === undefined ? !keep.includes(own) : own === jid
  const {accounts, complete, failures} = await deleteCredentials(
    isSelected,
    loadConfig,
    process.env,
  )
  const tokens = revocations.filter(({revoked}) => revoked).length
  return {accounts, complete, tokens, failed: [...refused, ...failures]}
}
