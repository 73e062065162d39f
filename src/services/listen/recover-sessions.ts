/** XEP-0198: resumes the sessions of killed runs, and receives the stanzas that the server still has for them. */
import {setTimeout as sleep} from 'node:timers/promises'
import type {KeptSession} from '../../account/state/session-claim.ts'
import type {ListenSession} from './listen-run.ts'

type ResumeSession = (
  use: (session: ListenSession) => Promise<void>,
  resume: KeptSession,
) => Promise<void>

/** `lost`: the server no longer has one of the sessions, nor the stanzas that it had sent to it. */
export type EarlierSessions = 'resumed' | 'lost'

// ejabberd sends the stanzas that arrive during the resumption after the others, until there was none for 100 ms.
const SETTLING_MS = 250

/**
 * The server would otherwise discard these stanzas, or return them as errors if it has no archive. The session saves
 * them when it closes. Resolves with undefined if no run was killed.
 */
export async function recoverSessions(
  abandoned: KeptSession[],
  open: ResumeSession,
): Promise<EarlierSessions | undefined> {
  if (abandoned.length === 0) return undefined
  let resumed = 0
  const use = async ({bound, stanzas}: ListenSession): Promise<void> => {
    stanzas.incoming()
    if (!(await bound).resumed) return
    resumed++
    await sleep(SETTLING_MS)
  }
  for (const session of abandoned)
    await open(use, session).catch(() => {
      // The session that follows fails for the same reason, and reports it.
    })
  return resumed === abandoned.length ? 'resumed' : 'lost'
}
