import {Args} from '@oclif/core'
import {readAddressBook} from '../account/address-book.ts'
import type {Settings} from '../account/settings.ts'
import {saveRoomNames} from '../account/state/completion-values.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {defaultNick} from '../cli/room-flags.ts'
import {delayedShutdown, shutdownSignal} from '../cli/signals.ts'
import {Progress} from '../cli/terminal/progress.ts'
import {unwrap} from '../cli/unwrap.ts'
import {withoutTimeout} from '../cli/with-session.ts'
import {bareJidOf} from '../jid.ts'
import {movesCursor} from '../output/colour.ts'
import {renderLineResult, renderSendResult} from '../output/send.ts'
import type {SharedFile} from '../protocol/message/file-sharing.ts'
import type {LineResult, LineStanzas} from '../protocol/message/message.ts'
import {dryRunBatch, readBatchOptions, sendBatch} from '../services/send/batch/run.ts'
import {fitToLimit} from '../services/send/compose.ts'
import {type SendFlags, sendFlags} from '../services/send/flags.ts'
import {buildFileStanzas, readStanzas} from '../services/send/read-stanzas.ts'
import {type OpenSendSession, sendMessages} from '../services/send/send-messages.ts'
import {uploadAttachments} from '../services/upload/upload-files.ts'

/** How long a batch waits for the server if --timeout is not given; so long may messages take after an upload. */
const IDLE_MS = 30_000

export default class Send extends XmppCommand {
  static override summary = 'Send a message and report its outcome'
  static override description =
    unwrap`The last argument is the text; all arguments before it are recipients. Without a text, or with "-", the text
is read from standard input to its end.

Success means that the server has accepted the message and returned no error. --wait also waits for delivery or
display. In a room, success means that the room has shown the message. The account sends no presence, so its stored
messages stay on the server.

With --batch --lines, each line is a text for the recipients. --gather 5s joins lines, such as those of tail -f: a message
ends when no line has arrived for 5 s, when it has about 8 kB, or ten times that time after its first line. The result has
the number of its first line, and the number of lines. At the end of the input and at a signal, the last lines are sent.

--retry never sends an accepted message again. After exit code 74 the outcome is unknown: check before you send again.`
  static override usage = '<%= command.id %> TO... [TEXT]'
  static override args = {
    to: Args.string({
      description: 'recipients, JIDs; and last the text, "-" for stdin',
      ignoreStdin: true,
      multiple: true,
    }),
  }
  static override flags = sendFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com "The build is green"',
    'make 2>&1 | tail -20 | <%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com romeo@example.net "Come" --wait delivered',
    '<%= config.bin %> <%= command.id %> juliet@example.com "The plot" --attach plot.png',
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --nick ci "Deployed"',
    '<%= config.bin %> <%= command.id %> juliet@example.com hello --json | jq -r .messages[0].state',
    '<%= config.bin %> <%= command.id %> --batch --json < messages.ndjson',
    'tail -f log | <%= config.bin %> <%= command.id %> juliet@example.com --batch --lines --gather 5s',
  ]

  /** An upload takes as long as it needs. */
  protected override holdsOpen = ({attach}: {attach?: unknown}) => attach !== undefined

  async run(): Promise<object | undefined> {
    const {args, flags} = await this.parse(Send)
    const {to: argv = []} = args
    if (flags.batch) return this.runBatch(argv, flags)
    const {forFiles, stanzas} = await readStanzas(argv, flags, {
      signal: this.timeLimit(flags),
      inputSignal: (file) => this.inputLimit(file, flags),
      warn: (sentence) => this.warning(sentence, flags),
      addressBook: async () => readAddressBook(flags, process.env, await this.loadConfig(flags)),
    })
    if (flags['dry-run']) {
      const fitting = stanzas.flatMap((stanza) => fitToLimit(stanza))
      const xml = fitting.map(({element}) => String(element))
      await this.text(xml.join('\n'))
      return {stanzas: xml}
    }
    const settings = await this.settings(flags)
    const files = await this.upload(flags, settings)
    const nick = defaultNick(settings.jid)
    const fileStanzas = buildFileStanzas(forFiles, files)
    const timeout = files.length > 0 ? timeLeft(settings.timeout) : settings.timeout
    const messages = await sendMessages([...stanzas, ...fileStanzas], nick, (use) =>
      this.sessionWith({...settings, timeout}, flags, use),
    )
    for (const result of messages) {
      if (result.error) this.failWith(result.error.about(result.to))
      else await this.text(renderSendResult(result))
      this.reportNewRoom(result, flags)
    }
    const accepted = messages.filter(({error}) => !error).map(({to}) => bareJidOf(to))
    if (flags.room) await saveRoomNames(process.env, settings.jid.bare, accepted)
    return {messages}
  }

  /** Uploads the files of --attach. */
  private async upload(flags: SendFlags & SharedFlags, settings: Settings): Promise<SharedFile[]> {
    const {attach: files} = flags
    if (files === undefined) return []
    const limit = this.givenTimeLimit(flags)
    return uploadAttachments(files, await this.uploadContext(settings, flags), limit)
  }

  private async runBatch(argv: string[], flags: SendFlags & SharedFlags): Promise<undefined> {
    const options = await readBatchOptions(argv, flags, {
      signal: this.timeLimit(flags),
      addressBook: async () => readAddressBook(flags, process.env, await this.loadConfig(flags)),
    })
    const isWatched = movesCursor(process.stderr, process.env) && !process.stdout.isTTY
    const isQuiet = this.jsonEnabled() || flags.quiet || flags['dry-run']
    const progress = new Progress(isWatched && !isQuiet)
    const onResults = (results: (LineResult | LineStanzas)[]): Promise<void> =>
      this.reportLines(results, progress, flags)
    if (flags['dry-run']) return dryRunBatch(options, onResults)
    const settings = await this.settings(flags)
    const nick = defaultNick(settings.jid)
    const idleMs = settings.timeout ?? IDLE_MS
    const perSession = withoutTimeout(settings, idleMs)
    // Lines that were gathered before a signal are still sent.
    const interrupt = options.gather ? delayedShutdown() : shutdownSignal
    const open: OpenSendSession = (use) => this.sessionWith(perSession, flags, use, {interrupt})
    await sendBatch({...options, nick, idleMs, open, onResults}).finally(() => progress.clear())
  }

  private reportNewRoom({roomCreated, to}: RoomResult, flags: SharedFlags): void {
    if (roomCreated) this.warning(`Created the ${roomCreated} room ${bareJidOf(to)}`, flags)
  }

  private async reportLines(
    results: (LineResult | LineStanzas)[],
    progress: Progress,
    flags: SharedFlags,
  ): Promise<void> {
    for (const result of results) {
      if ('roomCreated' in result) this.reportNewRoom(result, flags)
      progress.count(result.error !== null)
      if (!result.error) continue
      progress.clear()
      const {error, line, to} = result
      this.failWith((to === null ? error : error.about(to)).about(`line ${line}`))
    }
    const printed = this.jsonEnabled() ? results : results.filter(({error}) => !error)
    await this.emitAll(printed, renderLineResult)
  }
}

/** Of the whole run, the upload has taken a part. */
const timeLeft = (timeout = IDLE_MS + performance.now()): number =>
  Math.max(1, Math.round(timeout - performance.now()))

type RoomResult = Pick<LineResult, 'roomCreated' | 'to'>
