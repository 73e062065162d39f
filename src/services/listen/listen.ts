/** A whole run of `listen`: first the sessions of runs that were killed, then its own, and last the read position. */
import type {Settings} from '../../account/settings.ts'
import type {SessionContext} from '../../cli/base-command.ts'
import type {PrintEvents} from '../../cli/output.ts'
import {uptime} from '../../clock.ts'
import {renderNotAllowed} from '../../output/command.ts'
import {ListenRun, type ListenRunOptions, type ListenSession} from './listen-run.ts'
import {ReadPosition} from './read-position.ts'
import {recoverSessions} from './recover-sessions.ts'

interface ListenContext extends Pick<SessionContext, 'open'> {
  settings: Settings
  printEvents: PrintEvents
}

export async function listen(
  options: Omit<ListenRunOptions, 'position' | 'resumePoint' | 'retry'>,
  {open, printEvents, settings}: ListenContext,
): Promise<void> {
  const {following, served = [], warn} = options
  for (const {allow, node} of served) if (allow.length === 0) warn(renderNotAllowed(node))
  const position = new ReadPosition(following.own, settings.server, warn)
  const resumePoint = await position.load()
  const run = new ListenRun({...options, position, resumePoint, retry: settings.retry})
  try {
    const timed = {...settings, began: uptime()}
    run.earlierSessions = await recoverSessions(position.abandoned, (use, resume) => {
      const hold = {onDisconnect() {}, ...run.savers}
      return open({...timed, retry: 0}, use, {hold, resume})
    })
    const use = (session: ListenSession): Promise<void> =>
      printEvents(() => run.listen(session), {
        describeTimeout: () => run.missingAfter(settings.timeout ?? 0),
        received: () => run.received,
      })
    await open(timed, use, {hold: run.reconnectHandlers})
  } finally {
    await position.close(run.isReady, run.isSettled)
  }
}
