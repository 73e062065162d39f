/** XEP-0484 §3.5: Token Invalidation <https://xmpp.org/extensions/xep-0484.html#invalidation> */
import {type Config, jidOfTable} from '../../account/config/config.ts'
import type {Settings} from '../../account/settings.ts'
import {listState} from '../../account/state/state.ts'
import {EXIT, Failure, toFailure} from '../../errors.ts'

export interface Revocation {
  jid: string
  /** False if the token was no longer valid, or if there was an error. */
  revoked: boolean
  error: Failure | null
}

export interface TokenOwner {
  /** The account of the config file that leads to the same server, with settings such as its CA. */
  account: string | undefined
  jid: string
  server: string | undefined
}

/** Revokes each saved token, of one JID or of all. With a JID, throws the first error after all attempts. */
export async function revokeTokens(
  jid: string | undefined,
  {accounts}: Config,
  revoke: (owner: TokenOwner) => Promise<boolean>,
): Promise<Revocation[]> {
  const revocations: Revocation[] = []
  for (const {jid: owner, server} of await listState(process.env, jid)) {
    const [account] = [...accounts].flatMap(([name, table]) =>
      jidOfTable(table) === owner && table.server === server ? [name] : [],
    )
    try {
      const revoked = await revoke({account, jid: owner, server})
      revocations.push({jid: owner, revoked, error: null})
    } catch (error) {
      revocations.push({jid: owner, revoked: false, error: toFailure(error)})
    }
  }
  const [error] = revocations.flatMap(({error}) => error ?? [])
  if (jid !== undefined && error) throw error
  return revocations
}

/** Signs in once more with the token only. Resolves with false if the token was no longer valid. */
export async function revokeToken(
  settings: Settings,
  signIn: (settings: Settings) => Promise<unknown>,
): Promise<boolean> {
  if (!(await settings.memory.load()).token) return false
  const invalid = new Failure('token-refused', 'The token is no longer valid', EXIT.noPermission)
  try {
    await signIn({
      ...settings,
      prepare: async () => {}, // a revocation needs no password
      password: () => Promise.reject(invalid),
    })
    return true
  } catch (error) {
    if (error === invalid) return false
    throw error
  }
}
