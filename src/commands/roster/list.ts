import {Flags} from '@oclif/core'
import {openRosterCache} from '../../account/state/roster-cache.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {type ListedContact, renderRoster} from '../../output/roster.ts'
import {getPresences} from '../../protocol/presence/probe.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import {asRoster, type Roster} from '../../protocol/roster/roster.ts'
import type {StanzaChannel} from '../../xml.ts'

interface RosterListResult {
  contacts: ListedContact[]
  version: string | null
}

export default class RosterList extends XmppCommand {
  static override summary = 'List the contacts'
  static override description =
    unwrap`The contacts are sorted by JID. The columns are JID, name, groups, subscription (to: this account sees the
presence of the contact, from: the contact sees the presence of this account), and requests: pending (our request is
unanswered), approved (their request is pre-approved). With --online, the presence of each contact is requested; this
account does not become available.`
  static override flags = {
    group: Flags.string({
      summary: 'list only this group; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'GROUP',
    }),
    online: Flags.boolean({summary: 'also show the presence of each contact'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --group Friends --online',
    '<%= config.bin %> <%= command.id %> | cut -f1',
  ]

  async run(): Promise<RosterListResult> {
    const {flags} = await this.parse(RosterList)
    const settings = await this.settings(flags)
    const {jid, server, trust} = settings
    const insecure = trust.insecure === true
    const cache = openRosterCache({jid: jid.bare, server, insecure}, process.env)
    const known = asRoster(await cache.load())
    const result = await this.sessionWith(settings, flags, async ({bound, stanzas}) => {
      const live = await trackRoster(stanzas, bound, known)
      const roster = live.roster()
      if (roster.version && roster.version !== known?.version) await cache.save(roster)
      const wanted = inGroups(roster, flags.group)
      return flags.online ? withPresence(stanzas, wanted) : wanted
    })
    await this.text(await renderRoster(result.contacts, this.terminal(), flags.group))
    return result
  }
}

function inGroups({contacts, version}: Roster, groups: string[] | undefined): Roster {
  const isWanted = ({groups: own}: {groups: string[]}): boolean =>
    groups === undefined || groups.some((group) => own.includes(group))
  return {contacts: contacts.filter(isWanted), version}
}

async function withPresence(
  stanzas: StanzaChannel,
  {contacts, version}: Roster,
): Promise<RosterListResult> {
  const presences = await getPresences(stanzas, contacts)
  return {
    contacts: contacts.map((contact) => ({
      ...contact,
      presence: presences.get(contact.jid) ?? null,
    })),
    version,
  }
}
