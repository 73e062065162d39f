/** Changes many contacts, and reports the result of each, however the run ends. */
import {Readable} from 'node:stream'
import type {SessionContext} from '../../cli/base-command.ts'
import {IdleTimeout} from '../../cli/idle-timeout.ts'
import {processInOrder} from '../../cli/ordered-queue.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import {startProgressBar} from '../../cli/terminal/progress.ts'
import {withoutTimeout} from '../../cli/with-session.ts'
import {EXIT, type Failure, toFailure} from '../../errors.ts'
import type {ContactOutcome} from '../../output/contact.ts'
import type {OwnJid} from '../../protocol/roster/live-roster.ts'
import type {StanzaChannel} from '../../xml.ts'

export type Outcome = Pick<ContactOutcome, 'jid' | 'state'>

/** The parts of a session that changes of the roster need. */
export interface RosterSession {
  bound: OwnJid
  stanzas: StanzaChannel
}

/** The change of one contact; rejects with the reason why it was not made. */
type Change<T> = (contact: T) => Promise<Outcome>

/** Prepares a session for the changes, for example by requesting the roster. */
type Prepare<T> = (session: RosterSession) => Promise<Change<T>>

interface HasJid {
  jid: string
}

interface ChangeContext extends Pick<SessionContext, 'open' | 'settings' | 'showProgress'> {
  /** A failed change is a failure of the run as well. */
  print(results: ContactOutcome[]): Promise<void>
}

const IDLE_MS = 30_000

/**
 * With several contacts, --timeout limits the silence of the server instead of the whole run. Throws if the run ends
 * before the first change; from then on each contact has its own result.
 */
export async function changeContacts<T extends HasJid>(
  contacts: T[],
  prepare: Prepare<T>,
  context: ChangeContext,
): Promise<{contacts: ContactOutcome[]}> {
  const given = await context.settings()
  const {timeout = IDLE_MS} = given
  const settings = {
    ...withoutTimeout(given, timeout),
    timeout: contacts.length > 1 ? undefined : timeout,
  }
  const idle = new IdleTimeout(timeout)
  const outcomes = new Map<T, ContactOutcome>()
  const showProgress = contacts.length > 1 && context.showProgress
  const progress = await startProgressBar(contacts.length, showProgress)
  const onOutcome = (contact: T, outcome: ContactOutcome): void => {
    outcomes.set(contact, outcome)
    progress.step()
  }
  const use = async (session: RosterSession): Promise<void> => {
    const change = await prepared(session, prepare, idle)
    // With --retry this may be a second session, for the contacts that the first one did not change.
    const remaining = contacts.filter((contact) => outcomes.get(contact)?.error !== null)
    await changeAll(remaining, {change, idle, onOutcome})
  }
  const interrupt = AbortSignal.any([shutdownSignal, idle.signal])
  const end = await context
    .open(settings, use, {interrupt})
    .then(() => undefined, toFailure)
    .finally(() => progress.stop())
  if (end && outcomes.size === 0) throw end
  if (end && shutdownSignal.aborted) process.exitCode = (shutdownSignal.reason as Failure).exitCode
  const results = contacts.map(
    (contact) => outcomes.get(contact) ?? failed(contact, end as Failure),
  )
  await context.print(results)
  if (end) process.exitCode ||= end.exitCode
  return {contacts: results}
}

/** Its requests leave with the sign-in, and the idle timeout starts after it: until then the connect timeout applies. */
async function prepared<T>(
  session: RosterSession,
  prepare: Prepare<T>,
  idle: IdleTimeout,
): Promise<Change<T>> {
  const preparing = prepare(session)
  const [change] = await Promise.all([preparing, session.bound.then(() => idle.until(preparing))])
  idle.renew()
  return change
}

interface ChangeOptions<T> {
  change: Change<T>
  idle: IdleTimeout
  onOutcome(contact: T, outcome: ContactOutcome): void
}

/** Keeps several requests in flight: a long list must not take one round trip per contact. */
async function changeAll<T extends HasJid>(
  contacts: T[],
  {change, idle, onOutcome}: ChangeOptions<T>,
): Promise<void> {
  let end: Failure | undefined
  const attempt = async (contact: T): Promise<ContactOutcome> => {
    if (end) return failed(contact, end)
    try {
      const outcome = await idle.until(change(contact))
      idle.renew()
      return {...outcome, error: null}
    } catch (error) {
      const failure = toFailure(error)
      if (concernsItem(failure)) idle.renew()
      else end ??= failure
      return failed(contact, failure)
    }
  }
  await processInOrder<T, [T, ContactOutcome]>({
    groups: Readable.from([contacts]),
    sizeOf: (contact) => Buffer.byteLength(JSON.stringify(contact)),
    work: async (contact) => [contact, await attempt(contact)],
    async onResults(results) {
      for (const result of results) onOutcome(...result)
    },
  })
  if (end) throw end
}

const failed = ({jid}: HasJid, error: Failure): ContactOutcome => ({
  jid,
  state: error.isUnknownOutcome ? 'unknown' : 'failed',
  error,
})

const ITEM_ERRORS: readonly number[] = [
  EXIT.data,
  EXIT.noUser,
  EXIT.noHost,
  EXIT.unavailable,
  EXIT.noPermission,
]

/** Only such a failure concerns one contact. Any other, such as a lost session or a "try later", ends the run. */
const concernsItem = ({exitCode}: Failure): boolean => ITEM_ERRORS.includes(exitCode)
