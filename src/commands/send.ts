import {Args} from '@oclif/core'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {readBody} from '../cli/files.ts'
import {shutdownSignal} from '../cli/signals.ts'
import {openStdin} from '../cli/stdin.ts'
import {Progress} from '../cli/terminal/progress.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure} from '../errors.ts'
import {movesCursor} from '../output/colour.ts'
import {renderLineResult, renderSendResult} from '../output/send.ts'
import type {LineResult, LineStanzas, SendResult} from '../protocol/message/message.ts'
import {dryRunLine, sendLine} from '../services/send/batch/line.ts'
import {parseRate} from '../services/send/batch/rate-limiter.ts'
import {readLineGroups} from '../services/send/batch/read-lines.ts'
import {runBatch} from '../services/send/batch/run.ts'
import {buildStanzas, isLarge, parseOutgoing} from '../services/send/compose.ts'
import {readMessageOptions, type SendFlags, sendFlags} from '../services/send/flags.ts'
import {MessageSender, type OutgoingStanza} from '../services/send/message-sender.ts'
import {parseRaw} from '../services/send/raw.ts'
import {looksLikeAddress, parseRecipients, textPlace} from '../services/send/recipients.ts'
import {sendAll} from '../services/send/send-messages.ts'

type SendCommandFlags = SendFlags & SharedFlags

/** What is to be sent: as many stanzas as the server's limit, in bytes, makes of it. */
interface Load {
  /** Whether that limit matters. */
  large: boolean
  pack(limit?: number): OutgoingStanza[]
}

const SILENCE_MS = 30_000

export default class Send extends XmppCommand {
  static override summary = 'Send a message and report its outcome'
  static override description =
    unwrap`The last argument is the text; all arguments before it are recipients. Without a text, or with "-", the text
is read from standard input to its end.

Success means that the server has accepted the message and returned no error. --wait also waits for delivery or
display. In a room, success means that the room has shown the message. The account sends no presence, so its stored
messages stay on the server.

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
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --nick ci "Deployed"',
    '<%= config.bin %> <%= command.id %> juliet@example.com hello --json | jq -r .messages[0].state',
    '<%= config.bin %> <%= command.id %> --batch --json < messages.ndjson',
  ]

  async run(): Promise<object | undefined> {
    const {args, flags} = await this.parse(Send)
    const {to: words = []} = args
    if (flags.batch) return this.batch(words, flags)
    const load = flags.raw ? await this.raw(words, flags) : await this.message(words, flags)
    if (flags['dry-run']) {
      const stanzas = load.pack().map(({stanza}) => String(stanza))
      await this.text(stanzas.join('\n'))
      return {stanzas}
    }
    const messages = await this.deliver(load, flags)
    for (const result of messages) {
      const {error, to} = result
      if (error) this.failWith(error.about(to))
      else await this.text(renderSendResult(result))
    }
    return {messages}
  }

  private async message(words: string[], flags: SendCommandFlags): Promise<Load> {
    const {recipients, text} = parseRecipients(words, textPlace(flags))
    if (text !== undefined && looksLikeAddress(text))
      this.warning(
        `"${text}" is taken as the text; for one more recipient, write - behind it`,
        flags,
      )
    const file = flags['body-file'] ?? (text === '-' ? '-' : undefined)
    const body = file === undefined ? text : await readBody(file, this.inputLimit(file, flags))
    const options = {
      ...(await readMessageOptions(flags, this.timeLimit(flags))),
      body,
    }
    const all = recipients.map((to) => parseOutgoing({...options, to}))
    // Who is named twice gets it once.
    const messages = [...new Map(all.map((message) => [message.message.to, message])).values()]
    return {
      large: messages.some(isLarge),
      pack: (limit) => messages.flatMap((message) => buildStanzas(message, limit)),
    }
  }

  private async raw(words: string[], flags: SendCommandFlags): Promise<Load> {
    if (words.length > 0)
      throw new Failure('usage', 'The recipient of --raw is in the stanza', EXIT.usage)
    const parcel = parseRaw(await readBody('-', this.inputLimit('-', flags)), flags.wait)
    return {large: false, pack: () => [parcel]}
  }

  /** A run that fails as a whole throws; once the session stood, each message has its own result. */
  private async deliver(load: Load, flags: SendCommandFlags): Promise<SendResult[]> {
    const settings = await this.settings(flags)
    const nick = settings.jid.local ?? settings.jid.domain
    let results: SendResult[] = []
    try {
      await this.sessionWith(settings, flags, async ({bound, stanzas}) => {
        const limit = load.large ? (await bound).maxBytes : undefined
        results = await sendAll(new MessageSender(stanzas, nick), load.pack(limit), results)
        const again = results.find(({error}) => error?.retryable)
        if (again) throw again.error // so that --retry has a say
      })
    } catch (error) {
      if (!results.some((result) => result.error === error)) throw error
    }
    const [first] = results
    const neverStood = results.every(
      ({error, state}) => state === 'failed' && error?.stage !== 'request',
    )
    if (first?.error && neverStood) throw first.error
    return results
  }

  private async batch(words: string[], flags: SendCommandFlags): Promise<undefined> {
    if (words.length > 0)
      throw new Failure('usage', 'The recipients of --batch are in its lines', EXIT.usage)
    const rate = flags.rate === undefined ? undefined : parseRate(flags.rate)
    if (flags['dry-run']) return this.rehearse(flags)
    const settings = await this.settings(flags)
    const nick = settings.jid.local ?? settings.jid.domain
    const defaults = await readMessageOptions(flags, this.timeLimit(flags))
    const watched = movesCursor(process.stderr, process.env) && !process.stdout.isTTY
    const progress = new Progress(watched && !this.jsonEnabled() && !flags.quiet)
    const silence = settings.timeout ?? SILENCE_MS
    const connectTimeout = Math.min(settings.connectTimeout, silence)
    const patient = {...settings, connectTimeout, timeout: undefined}
    let limit: number | undefined
    await runBatch<MessageSender, LineResult[]>({
      rate,
      silence,
      open: (lend) =>
        this.sessionWith(patient, flags, async ({bound, stanzas}) => {
          const courier = new MessageSender(stanzas, nick)
          limit = (await bound).maxBytes
          await lend(courier)
          await courier.leave()
        }),
      work: (line, onSession) => sendLine(line, {defaults, limit, onSession}),
      tell: (results) => this.tellLines(results.flat(), progress),
    }).finally(() => progress.clear())
  }

  /** A batch, checked before anything connects. */
  private async rehearse(flags: SendCommandFlags): Promise<undefined> {
    const defaults = await readMessageOptions(flags, this.timeLimit(flags))
    const progress = new Progress(false)
    for await (const lines of readLineGroups(openStdin(), shutdownSignal)) {
      const results = lines.map((line) => dryRunLine(line, defaults))
      await this.tellLines(results, progress)
    }
  }

  private async tellLines(
    results: (LineResult | LineStanzas)[],
    progress: Progress,
  ): Promise<void> {
    for (const result of results) {
      progress.count(result.error !== null)
      if (!result.error) continue
      progress.clear()
      const {error, line, to} = result
      this.failWith((to === null ? error : error.about(to)).about(`line ${line}`))
    }
    const told = this.jsonEnabled() ? results : results.filter(({error}) => !error)
    await this.emitAll(told, renderLineResult)
  }
}
