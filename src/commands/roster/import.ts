import {Readable} from 'node:stream'
import {Args, Flags} from '@oclif/core'
import {runBatch} from '../../cli/batch.ts'
import {readInput} from '../../cli/input-file.ts'
import {startProgressBar} from '../../cli/progress-bar.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {toFailure} from '../../errors.ts'
import {type ContactOutcome, renderOutcome} from '../../output/contact.ts'
import {failureOf} from '../../output/failure.ts'
import {followRoster, type LiveRoster} from '../../protocol/live-roster.ts'
import {parsePortable} from '../../protocol/portable-roster.ts'
import type {Contact} from '../../protocol/roster.ts'
import {concernsItem, putContact} from '../../protocol/roster-edit.ts'
import {subscribe} from '../../protocol/subscription.ts'
import type {Session} from '../../session/session.ts'
import type {Stanzas} from '../../xml.ts'

export default class RosterImport extends XmppCommand {
  static override summary = 'Add the contacts of a file'
  static override description =
    prose`Reads what roster export writes, and XEP-0227 files with one roster. Contacts that are there already get
the name and groups of the file; nobody is removed, so a second import changes nothing.
Subscriptions cannot be imported, only asked for anew: --subscribe asks whoever showed us its presence.`
  static override args = {
    file: Args.string({required: true, description: 'file, or - for stdin', ignoreStdin: true}),
  }
  static override flags = {
    subscribe: Flags.boolean({summary: 'ask to see their presence where the file says that we do'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> roster.json',
    '<%= config.bin %> roster export | <%= config.bin %> <%= command.id %> - --jid me@example.net',
  ]

  protected override defaultTimeout = undefined

  async run(): Promise<{contacts: ContactOutcome[]}> {
    const {args, flags} = await this.parse(RosterImport)
    const contacts = parsePortable(await readInput(args.file))
    const shown = !flags.quiet && !this.jsonEnabled()
    const progress = await startProgressBar(contacts.length, shown)
    const outcomes = await this.session(flags, (session) =>
      importAll(session, contacts, flags.subscribe, () => progress.step()),
    ).finally(() => progress.stop())
    for (const outcome of outcomes) {
      if (outcome.error) this.failWith(failureOf(outcome.jid, outcome.error))
      else await this.text(renderOutcome(outcome))
    }
    return {contacts: outcomes}
  }
}

/** Many on their way at once: an address book is not to take as many round trips as it has lines. */
async function importAll(
  {bound, stanzas}: Session,
  contacts: Contact[],
  withSubscriptions: boolean,
  done: () => void,
): Promise<ContactOutcome[]> {
  const roster = await followRoster(stanzas, bound)
  const outcomes: ContactOutcome[] = []
  await runBatch<Contact, ContactOutcome>({
    groups: Readable.from([contacts]),
    weigh: (contact) => Buffer.byteLength(JSON.stringify(contact)),
    work: (contact) => importOne(stanzas, roster, contact, withSubscriptions),
    async tell(results) {
      outcomes.push(...results)
      for (const _ of results) done()
    },
  })
  const over = outcomes.find(({error}) => error && !concernsItem(error))
  if (over) throw over.error
  return outcomes
}

async function importOne(
  stanzas: Stanzas,
  roster: LiveRoster,
  {groups, jid, name, pending, subscription}: Contact,
  withSubscriptions: boolean,
): Promise<ContactOutcome> {
  try {
    const {state} = await putContact(stanzas, roster, {jid, name, groups})
    const wanted = pending || subscription === 'to' || subscription === 'both'
    if (withSubscriptions && wanted) await subscribe(stanzas, roster, jid)
    return {jid, state, error: null}
  } catch (error) {
    return {jid, state: 'failed', error: toFailure(error)}
  }
}
