/** A command that does one thing to each of many contacts, and says what became of each, however the run ends. */
import {Readable} from 'node:stream'
import {EXIT, type Failure, toFailure} from '../errors.ts'
import {type ContactOutcome, renderOutcome} from '../output/contact.ts'
import type {Session} from '../session/session.ts'
import {type SharedFlags, XmppCommand} from './base-command.ts'
import {processInOrder} from './ordered-queue.ts'
import {shutdownSignal} from './signals.ts'
import {startProgressBar} from './terminal/progress.ts'

export type Outcome = Pick<ContactOutcome, 'jid' | 'state'>

/** What is done to each on a session that has just begun; it rejects with why it was not done. */
type Begin<T> = (session: Session) => Promise<(contact: T) => Promise<Outcome>>

interface HasJid {
  jid: string
}

export abstract class BulkCommand extends XmppCommand {
  /** Throws what ended the run before anything was begun; from then on each contact has its own result. */
  protected async forEach<T extends HasJid>(
    contacts: T[],
    begin: Begin<T>,
    flags: SharedFlags,
  ): Promise<{contacts: ContactOutcome[]}> {
    const known = new Map<T, ContactOutcome>()
    const shown = contacts.length > 1 && !flags.quiet && !this.jsonEnabled()
    const progress = await startProgressBar(contacts.length, shown)
    const keep = (contact: T, outcome: ContactOutcome): void => {
      known.set(contact, outcome)
      progress.step()
    }
    const ended = await this.session(flags, async (session) => {
      const act = await begin(session)
      // With --retry this may be a second session, which does what the first has left.
      const open = contacts.filter((contact) => known.get(contact)?.error !== null)
      await actOnAll(open, act, keep)
    })
      .then(() => undefined, toFailure)
      .finally(() => progress.stop())
    if (ended && known.size === 0) throw ended
    if (ended && shutdownSignal.aborted)
      process.exitCode = (shutdownSignal.reason as Failure).exitCode
    const result = await this.tell(
      contacts.map((contact) => known.get(contact) ?? failed(contact, ended as Failure)),
    )
    if (ended) process.exitCode ||= ended.exitCode
    return result
  }

  private async tell(contacts: ContactOutcome[]): Promise<{contacts: ContactOutcome[]}> {
    for (const outcome of contacts) {
      if (outcome.error) this.failWith(outcome.error.about(outcome.jid))
      else await this.text(renderOutcome(outcome))
    }
    return {contacts}
  }
}

/** Many on their way at once: an address book is not to take as many round trips as it has lines. */
async function actOnAll<T extends HasJid>(
  contacts: T[],
  act: (contact: T) => Promise<Outcome>,
  keep: (contact: T, outcome: ContactOutcome) => void,
): Promise<void> {
  let over: Failure | undefined
  const attempt = async (contact: T): Promise<ContactOutcome> => {
    if (over) return failed(contact, over)
    try {
      return {...(await act(contact)), error: null}
    } catch (error) {
      const failure = toFailure(error)
      if (!concernsItem(failure)) over ??= failure
      return failed(contact, failure)
    }
  }
  await processInOrder<T, [T, ContactOutcome]>({
    groups: Readable.from([contacts]),
    sizeOf: (contact) => Buffer.byteLength(JSON.stringify(contact)),
    work: async (contact) => [contact, await attempt(contact)],
    async onResults(results) {
      for (const result of results) keep(...result)
    },
  })
  if (over) throw over
}

const failed = ({jid}: HasJid, error: Failure): ContactOutcome => ({
  jid,
  state: error.isUnknownOutcome ? 'unknown' : 'failed',
  error,
})

const ABOUT_THE_ITEM: readonly number[] = [
  EXIT.data,
  EXIT.noUser,
  EXIT.noHost,
  EXIT.unavailable,
  EXIT.noPermission,
]

/** Whether the next contact may fare better: what ends the session, or asks to come back later, ends it for all. */
const concernsItem = ({exitCode}: Failure): boolean => ABOUT_THE_ITEM.includes(exitCode)
