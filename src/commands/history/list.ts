import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderArchived} from '../../output/history.ts'
import {historyFlags, readHistoryOptions} from '../../services/history/flags.ts'
import {History} from '../../services/history/history.ts'
import {readPosition} from '../../services/history/position.ts'
import {printHistory} from '../../services/history/print-history.ts'
import type {Session} from '../../session/session.ts'

export default class HistoryList extends XmppCommand {
  static override summary = 'Print messages from an archive'
  static override description =
    unwrap`Prints archived messages of this account (XEP-0313), or with --room those of a room, oldest first. With an
address, only the messages from and to this address. The account sends no presence.

With --json each message is one object on one line, as in "xmpp listen --json"; the last line has the event "end". If
the archive is cut off, that line names the error, and the exit code is not 0.`
  static override args = {
    jid: Args.string({
      description: 'contact, or with --room the room; default: all contacts',
      ignoreStdin: true,
    }),
  }
  static override flags = historyFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --since 2h',
    '<%= config.bin %> <%= command.id %> --all --json > archive.ndjson',
    '<%= config.bin %> <%= command.id %> --position ~/.seen --json | jq -r "select(.body).body"',
  ]

  /** An archive can be large: only a single page has a limit, unless --timeout is given. */
  protected override holdsOpen = (): boolean => true

  async run(): Promise<{archive: string; with: string | null; count: number} | undefined> {
    const {args, flags} = await this.parse(HistoryList)
    const settings = await this.settings(flags)
    const {jid, timeout} = settings
    const archive = flags.room && args.jid !== undefined ? bareJid(args.jid) : jid.bare
    const {position: file} = flags
    const position = await readPosition(file, archive, this.timeLimit(flags))
    const options = readHistoryOptions(flags, args.jid, {own: jid.bare, position, timeout})
    if (flags.count) {
      const countAll = ({stanzas}: Session) => new History(options).count(stanzas)
      const count = await this.sessionWith(settings, flags, countAll)
      await this.text(String(count))
      return {archive, with: options.filter.with ?? null, count}
    }
    const {events, printEvents} = this
    const terminal = this.terminal()
    await printHistory(
      options,
      {archive, events, file, render: (event) => renderArchived(event, terminal)},
      {open: (use) => this.sessionWith(settings, flags, use), printEvents},
    )
    return undefined
  }
}
