/** XEP-0198: resumes the sessions of runs that were killed, and takes the stanzas that the server still has for them. */
import type {KeptSession} from '../../account/state/session-claim.ts'
import type {ListenSession} from './listen-run.ts'

type ResumeSession = (
  use: (session: ListenSession) => Promise<void>,
  resume: KeptSession,
) => Promise<void>

/**
 * The server would otherwise discard these stanzas, or bounce them where it has no archive. The session saves them when
 * it closes. Resolves with the time that is left of `timeout`, in milliseconds.
 */
export async function recoverSessions(
  abandoned: KeptSession[],
  timeout: number | undefined,
  open: ResumeSession,
): Promise<number | undefined> {
  if (abandoned.length === 0) return timeout
  const started = performance.now()
  const use = async ({bound, stanzas}: ListenSession): Promise<void> => {
    stanzas.incoming()
    await bound
  }
  for (const session of abandoned)
    await open(use, session).catch(() => {
      // The session that follows fails for the same reason, and reports it.
    })
  return timeout && Math.max(1, timeout - (performance.now() - started))
}
