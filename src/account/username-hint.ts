/** RFC 6122 Appendix A: Nodeprep. A server may store a username in another spelling than the user types. */
import type {Failure} from '../errors.ts'
import type {Jid} from '../jid.ts'
import {nodeprep} from '../nodeprep.ts'

/**
 * Adds the prepared spelling to the hint of a refused sign-in. No sign-in is tried with it, since on a server that
 * follows RFC 7622 it can be the account of another user.
 */
export function withUsernameHint(failure: Failure, {domain, local = ''}: Jid): Failure {
  const {condition, hint, stage} = failure
  const prepared = nodeprep(local)
  if (condition !== 'not-authorized' || stage !== 'auth' || prepared === local) return failure
  const spelling = `The server may store this account as ${prepared}@${domain}: use that JID`
  return failure.with({hint: [hint, spelling].filter(Boolean).join('. ')})
}
