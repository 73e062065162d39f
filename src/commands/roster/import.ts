import {Args, Flags} from '@oclif/core'
import {readInput} from '../../cli/input-file.ts'
import {startProgressBar} from '../../cli/progress-bar.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {type ContactOutcome, renderOutcome} from '../../output/contact.ts'
import {failureOf} from '../../output/failure.ts'
import {followRoster} from '../../protocol/live-roster.ts'
import {parsePortable} from '../../protocol/portable-roster.ts'
import type {Contact} from '../../protocol/roster.ts'
import {concernsItem, putContact} from '../../protocol/roster-edit.ts'
import {subscribe} from '../../protocol/subscription.ts'
import type {Session} from '../../session/session.ts'

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

/** One after the other: servers that limit clients slow down what comes faster, or end it. */
async function importAll(
  {bound, stanzas}: Session,
  contacts: Contact[],
  withSubscriptions: boolean,
  done: () => void,
): Promise<ContactOutcome[]> {
  const roster = await followRoster(stanzas, bound)
  const outcomes: ContactOutcome[] = []
  for (const contact of contacts) {
    const {groups, jid, name, pending, subscription} = contact
    try {
      const {state} = await putContact(stanzas, roster, {jid, name, groups})
      const wanted = pending || subscription === 'to' || subscription === 'both'
      if (withSubscriptions && wanted) await subscribe(stanzas, roster, jid)
      outcomes.push({jid, state, error: null})
    } catch (error) {
      if (!concernsItem(error)) throw error
      outcomes.push({jid, state: 'failed', error})
    }
    done()
  }
  return outcomes
}
