import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {renderUpsert} from '../../output/contact.ts'
import type {UpsertResult} from '../../protocol/roster/update-contact.ts'
import {addContact} from '../../services/roster/add-contact.ts'
import {addContactFlags} from '../../services/roster/flags.ts'
import {rejectOwnJid} from '../../services/roster/reject-own-jid.ts'

export default class RosterAdd extends XmppCommand {
  static override summary = 'Add a contact, or change its name and groups'
  static override description =
    unwrap`For a new contact, a presence subscription is requested too, unless --no-subscribe is given. For an
existing contact, only the given values change: --group replaces all groups, --name "" removes the name.`
  static override args = {
    jid: Args.string({required: true, description: 'contact to add', ignoreStdin: true}),
  }
  static override flags = addContactFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com --name Juliet --group Friends',
    '<%= config.bin %> <%= command.id %> bot@example.com --no-subscribe',
  ]

  async run(): Promise<UpsertResult> {
    const {args, flags} = await this.parse(RosterAdd)
    const {group: groups, message, name} = flags
    if (message !== undefined && !flags.subscribe)
      throw new Failure(
        'usage',
        '--message is part of a subscription request: leave out --no-subscribe',
        EXIT.usage,
      )
    const jid = bareJid(args.jid)
    const change = {
      jid,
      ...(groups && {groups: groups.filter(Boolean)}),
      ...(name !== undefined && {name: name || null}),
    }
    const settings = await this.settings(flags)
    rejectOwnJid(
      jid,
      settings,
      'An account cannot be its own contact. To set its name: xmpp nick set',
    )
    const {subscribe} = flags
    const result = await this.sessionWith(settings, flags, (session) =>
      addContact(session, change, {subscribe, message}),
    )
    await this.text(renderUpsert(result))
    return result
  }
}
