import type {Settings} from '../account/settings.ts'
import {XmppCommand} from '../cli/base-command.ts'
import {COUNTED, endingOf} from '../cli/event-log.ts'
import {unwrap} from '../cli/unwrap.ts'
import {httpClientFor} from '../cli/with-session.ts'
import {EXIT, Failure} from '../errors.ts'
import {renderEvent, renderFileEvent} from '../output/event.ts'
import {listenFlags, readListenOptions} from '../services/listen/flags.ts'
import {ownSoftware} from '../services/listen/iq-handlers.ts'
import {ListenRun} from '../services/listen/listen-run.ts'
import {ReadPosition} from '../services/listen/read-position.ts'
import {recoverSessions} from '../services/listen/recover-sessions.ts'
import type {Session} from '../session/session.ts'

export default class Listen extends XmppCommand {
  static override summary = 'Print messages as they arrive'
  static override description =
    unwrap`The account becomes available, so the server delivers the messages that it has stored. The command ends after
--count messages, after --timeout, or with Ctrl-C. It resumes a lost connection and prints the messages that
were sent in the meantime. If the server did not keep them, it prints the time of the gap (with --json: an event
of kind gap).

The next run on this machine first prints the messages that a run received and did not print, and those that xmpp ask
received and that were no answers. After a crash, the
last messages may be printed twice: compare their stanza ids.

When the account has left the last of its rooms, the command ends: with 77 after a kick or a ban, 67 if the room
was destroyed, 75 if the room was lost for another reason. With --retry it joins that room again.

A running --exec command is stopped when the run ends. It does not receive password variables. If it calls xmpp,
store the account with xmpp login or set XMPP_PASSWORD_FILE.

--bookmarks joins the bookmarked rooms with autojoin, and reports those that it cannot join. --create creates a missing
room of --room as a persistent room, and reports it.

With --save-files, each file of a printed message (XEP-0447, XEP-0066) is saved under a safe name, never in place of
another one, and compared with what its sender announced. A message is printed before its files are saved; an event of kind
file follows for each, with the path or the error. After a crash, a file that was not complete is not downloaded again.
Senders choose the web servers, which see the address of this machine; use --from to name the senders.

With --serve, each executable file in the directory is an ad-hoc command. NAME.json beside it names the JIDs that may run
it ("allow"; by default, no JID may) and the fields of its form (schemas/served-command.json). The program receives the
values as JSON on stdin and as XMPP_FIELD_NAME, and the JID as XMPP_FROM. Its output is the result: a note, or a form for a
JSON object.`
  static override flags = listenFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json --count 1 --from juliet@example.com --timeout 5m',
    '<%= config.bin %> <%= command.id %> --room ops@conference.example.com --since 1h --include message',
    "<%= config.bin %> <%= command.id %> --include message --exec './answer.sh' --reply",
    '<%= config.bin %> <%= command.id %> --jid bot@example.com/service --serve commands',
  ]

  protected override holdsOpen = () => true
  private readonly events = this.newEventLog()

  async run(): Promise<void> {
    const {flags} = await this.parse(Listen)
    const settings = await this.settings(flags)
    const options = await readListenOptions(flags, settings.jid, this.timeLimit(flags))
    const warn = (sentence: string): void => this.warning(sentence, flags)
    for (const {allow, node} of options.served ?? [])
      if (allow.length === 0) warn(`No JID may run ${node}: add "allow" to ${node}.json`)
    const position = new ReadPosition(options.following.own, settings.server, warn)
    const resumePoint = await position.load()
    const run = new ListenRun({
      ...{...options, flags, position, resumePoint, warn},
      retry: settings.retry,
      events: this.events,
      print: (event) => this.events.add(event, renderEvent),
      printFile: (event) => this.events.add(event, renderFileEvent),
      http: options.saving && (await httpClientFor(settings)),
      software: ownSoftware(this.config.version),
    })
    try {
      const {sessions, timeout} = await recoverSessions(
        position.abandoned,
        settings.timeout,
        (use, resume) => {
          const hold = {onDisconnect() {}, onReconnect() {}, ...run.savers}
          return this.sessionWith({...settings, retry: 0}, flags, use, {hold, resume})
        },
      )
      run.earlierSessions = sessions
      const use = (session: Session): Promise<void> => this.listen(run, session, settings)
      await this.sessionWith({...settings, timeout}, flags, use, {hold: run.reconnectHandlers})
    } finally {
      await position.close(run.isReady, run.isSettled)
    }
  }

  /** The `end` event is the last one: after it the failure is printed, and not thrown, so that --retry cannot start again. */
  private async listen(run: ListenRun, session: Session, settings: Settings): Promise<void> {
    try {
      await run.listen(session)
      await this.endEvents(this.events, COUNTED, run.received)
    } catch (error) {
      if (!run.isReady) throw error
      const missing = run.missingAfter(settings.timeout ?? 0)
      const ending = endingOf(error, missing !== undefined)
      await this.endEvents(this.events, ending, run.received)
      if (ending?.exitCode !== EXIT.deadline || missing === undefined) return
      this.failWith(new Failure('timeout', missing, EXIT.deadline, {stage: 'request'}))
    }
  }
}
