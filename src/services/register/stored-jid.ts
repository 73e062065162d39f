/** RFC 6122 Appendix A: Nodeprep. A server may store the username of a new account in another spelling. */
import type {Settings} from '../../account/settings.ts'
import {readOnly, withoutToken} from '../../account/state/state.ts'
import {EXIT, type Failure, toFailure} from '../../errors.ts'
import {bareJid, type Jid, parseJid} from '../../jid.ts'
import {nodeprep} from '../../nodeprep.ts'

/** Resolves with the full JID that the server bound. */
export type SignInAs = (settings: Settings) => Promise<string>

/** Signs in to find the spelling, but only for a username that the server may have changed. */
export async function findStoredJid(
  settings: Settings,
  signIn: SignInAs,
): Promise<{jid: Jid; failure?: Failure}> {
  const {jid} = settings
  const {domain, local = ''} = jid
  const prepared = nodeprep(local)
  if (prepared === local) return {jid}
  const memory = readOnly(withoutToken(settings.memory))
  const boundJid = async (name: string): Promise<Jid> => {
    const bound = await signIn({...settings, memory, jid: parseJid(`${name}@${domain}`)})
    return parseJid(bareJid(bound))
  }
  try {
    const stored = await boundJid(prepared).catch((error) => {
      if (toFailure(error).exitCode !== EXIT.noPermission) throw error
      return boundJid(local)
    })
    return {jid: stored}
  } catch (error) {
    const message = 'The account was created, but the server may have changed its name'
    return {jid, failure: toFailure(error).about(message)}
  }
}
