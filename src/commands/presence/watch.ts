import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {missingEvents} from '../../cli/event-log.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderPresence} from '../../output/presence.ts'
import {PresenceWatch} from '../../services/presence/watch-presence.ts'

export default class PresenceWatchCommand extends XmppCommand {
  static override strict = false
  static override summary = 'Print the presence of contacts and each change'
  static override description =
    unwrap`The account becomes available with priority -1: contacts see it, and the server delivers no message to this
session. The command ends after --count changes, after --timeout, or with Ctrl-C. With --json each change is one
object on one line, between an event of kind ready and one of kind end.`
  static override args = {
    jid: Args.string({
      description: 'watch only this contact; repeatable',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    count: Flags.integer({summary: 'end after N changes', min: 1, helpValue: 'N'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com --count 1 --timeout 1h --json',
  ]

  protected override holdsOpen = () => true

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(PresenceWatchCommand)
    const settings = await this.settings(flags)
    const {count} = flags
    const contacts = (argv as string[]).map(bareJid)
    const watch = new PresenceWatch({contacts, count, events: this.events, render: renderPresence})
    const received = (): number => watch.received
    const describeTimeout = () => missingEvents(watch.received, count, settings.timeout)
    await this.sessionWith(
      settings,
      flags,
      (session) => this.printEvents(() => watch.print(session), {describeTimeout, received}),
      {hold: watch.reconnectHandlers},
    )
  }
}
