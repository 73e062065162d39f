import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {httpClientFor} from '../cli/with-session.ts'
import {eventRenderer} from '../output/event-line.ts'
import {listenFlags, readListenOptions} from '../services/listen/flags.ts'
import {ownSoftware} from '../services/listen/iq-handlers.ts'
import {listen} from '../services/listen/listen.ts'

export default class Listen extends XmppCommand {
  static override summary = 'Print messages as they arrive'
  static override description =
    unwrap`The account becomes available, so the server delivers the messages that it has stored. The command ends after
--count messages, after --timeout, or with Ctrl-C. It resumes a lost connection and prints the messages that
were sent in the meantime. If the server did not keep them, it prints the time of the gap (with --json: an event
of kind gap).

The next run on this machine first prints the messages that a run received and did not print, and those that xmpp ask
received and that were no answers. After a crash, the last messages may be printed twice: compare their stanza ids.

On a terminal, each line begins with the local time in the form of the locale, and presence, receipts, markers and chat
states are not printed unless --include or --exclude is given. A file or a pipe gets a line for all of them, without the
time.`
  static override flags = listenFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json --count 1 --from juliet@example.com --timeout 5m',
    '<%= config.bin %> <%= command.id %> --room ops@conference.example.com --since 1h --include message',
    '<%= config.bin %> <%= command.id %> --include message --format "{from}\\t{body}"',
    "<%= config.bin %> <%= command.id %> --include message --exec './answer.sh' --reply",
    '<%= config.bin %> <%= command.id %> --jid bot@example.com/service --serve commands',
  ]

  protected override holdsOpen = () => true

  async run(): Promise<void> {
    const {flags} = await this.parse(Listen)
    const settings = await this.settings(flags)
    const options = await readListenOptions(flags, settings.jid, this.timeLimit(flags))
    const {events, printEvents, warning: warn} = this
    const http = options.saving && (await httpClientFor(settings))
    const terminal = this.terminal()
    const render = eventRenderer(flags, terminal)
    const software = ownSoftware(this.config.version)
    await listen(
      {...options, events, flags, http, isWatched: terminal.isTTY, render, software, warn},
      {...this.sessionContext(flags), printEvents, settings},
    )
  }
}
