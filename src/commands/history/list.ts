import {Args} from '@oclif/core'
import type {Settings} from '../../account/settings.ts'
import {type SharedFlags, XmppCommand} from '../../cli/base-command.ts'
import {COMPLETE, endingOf} from '../../cli/event-log.ts'
import {unwrap} from '../../cli/unwrap.ts'
import type {Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {renderArchived} from '../../output/history.ts'
import {type HistoryFlags, historyFlags, readHistoryOptions} from '../../services/history/flags.ts'
import {History} from '../../services/history/history.ts'
import {readPosition, writePosition} from '../../services/history/position.ts'
import type {Session} from '../../session/session.ts'

type Count = {archive: string; with: string | null; count: number}
type RunContext = {flags: HistoryFlags & SharedFlags; settings: Settings}

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
  private readonly events = this.newEventLog()
  private printed = 0

  async run(): Promise<Count | undefined> {
    const {args, flags} = await this.parse(HistoryList)
    const settings = await this.settings(flags)
    const own = settings.jid.bare
    const archive = flags.room && args.jid !== undefined ? bareJid(args.jid) : own
    const position =
      flags.position === undefined
        ? undefined
        : await readPosition(flags.position, archive, this.timeLimit(flags))
    const options = readHistoryOptions(flags, args.jid, {own, position, timeout: settings.timeout})
    if (flags.count) {
      const count = await this.count(new History(options), {flags, settings})
      return {archive, with: options.filter.with ?? null, count}
    }
    try {
      await this.print(new History(options), archive, {flags, settings})
    } catch (error) {
      if (!position || (error as Failure).code !== 'unknown-id') throw error
      const since = {
        ...options,
        after: undefined,
        filter: {...options.filter, start: position.time},
      }
      await this.print(new History(since), archive, {flags, settings})
    }
    return undefined
  }

  private async count(history: History, {flags, settings}: RunContext): Promise<number> {
    const count = await this.sessionWith(settings, flags, ({stanzas}) => history.count(stanzas))
    await this.text(String(count))
    return count
  }

  /** A failure before the first message is the failure of the run. */
  private async print(
    history: History,
    archive: string,
    {flags, settings}: RunContext,
  ): Promise<void> {
    const use = async ({signal, stanzas}: Session): Promise<void> => {
      for await (const events of history.read(stanzas)) {
        for (const event of events) {
          signal.throwIfAborted()
          await this.events.add(event, renderArchived)
          this.printed++
        }
        const last = events.at(-1)
        if (flags.position !== undefined && last?.stanzaId && last.delay)
          await writePosition(flags.position, {archive, after: last.stanzaId, time: last.delay})
      }
    }
    try {
      await this.sessionWith(settings, flags, use)
      await this.endEvents(this.events, COMPLETE, this.printed)
    } catch (error) {
      if (this.printed === 0) throw error
      await this.endEvents(this.events, endingOf(error, true), this.printed)
    }
  }
}
