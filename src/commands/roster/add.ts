import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {rejectOwnJid} from '../../cli/reject-own-jid.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure, toFailure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {renderUpsert} from '../../output/contact.ts'
import {subscribe} from '../../protocol/presence/subscription.ts'
import {trackRoster} from '../../protocol/roster/live-roster.ts'
import {type UpsertResult, upsertContact} from '../../protocol/roster/update-contact.ts'

export default class RosterAdd extends XmppCommand {
  static override summary = 'Add a contact, or change its name and groups'
  static override description =
    unwrap`For a new contact, a presence subscription is requested too, unless --no-subscribe is given. For an
existing contact, only the given values change: --group replaces all groups, --name "" removes the name.`
  static override args = {
    jid: Args.string({required: true, description: 'contact to add', ignoreStdin: true}),
  }
  static override flags = {
    name: Flags.string({summary: 'name of the contact', helpValue: 'NAME'}),
    group: Flags.string({
      summary: 'group of the contact; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'GROUP',
    }),
    subscribe: Flags.boolean({
      summary: 'request a presence subscription; default, unless --no-subscribe',
      default: true,
      allowNo: true,
    }),
    message: Flags.string({summary: 'text to send with the request', helpValue: 'TEXT'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com --name Juliet --group Friends',
    '<%= config.bin %> <%= command.id %> bot@example.com --no-subscribe',
  ]

  async run(): Promise<UpsertResult> {
    const {args, flags} = await this.parse(RosterAdd)
    const {group: groups, message, name} = flags
    if (message !== undefined && !flags.subscribe)
      throw new Failure('usage', 'With --no-subscribe nobody gets the --message', EXIT.usage)
    const jid = bareJid(args.jid)
    const change = {
      jid,
      ...(groups && {groups: groups.filter(Boolean)}),
      ...(name !== undefined && {name: name || null}),
    }
    const settings = await this.settings(flags)
    rejectOwnJid(jid, settings, 'Contacts are others; its own name: xmpp nick set')
    const result = await this.sessionWith(settings, flags, async ({bound, stanzas}) => {
      const roster = await trackRoster(stanzas, bound)
      const put = await upsertContact(stanzas, roster, change)
      if (flags.subscribe)
        await subscribe(stanzas, roster, jid, message).catch((error: unknown) => {
          throw toFailure(error).about('The contact is in the list, but was not asked')
        })
      const {groups, name} = put // the server may tell of them only behind its answer (RFC 6121 §2.1.6)
      return {...put, ...roster.contact(jid), groups, name}
    })
    await this.text(renderUpsert(result))
    return result
  }
}
