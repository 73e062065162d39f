/** Sends the messages on standard input, one per line, and reconnects if the session is lost. */
import type {Settings} from '../../../account/settings.ts'
import type {SessionContext} from '../../../cli/base-command.ts'
import {IdleTimeout} from '../../../cli/idle-timeout.ts'
import type {InputContext} from '../../../cli/input-context.ts'
import {processInOrder} from '../../../cli/ordered-queue.ts'
import {parseFlag} from '../../../cli/parse-flag.ts'
import {defaultNick} from '../../../cli/room-flags.ts'
import {delayedShutdown, shutdownSignal} from '../../../cli/signals.ts'
import {openStdin} from '../../../cli/stdin.ts'
import {withoutTimeout} from '../../../cli/with-session.ts'
import {EXIT, Failure} from '../../../errors.ts'
import type {LineResult, LineStanzas} from '../../../protocol/message/message.ts'
import {buildStanza} from '../compose.ts'
import {readMessageOptions, type SendFlags} from '../flags.ts'
import {MessageSender} from '../message-sender.ts'
import type {MessageOptions} from '../options.ts'
import {readRecipients} from '../read-stanzas.ts'
import {BatchReport} from './batch-report.ts'
import {type GatherLimits, gatherLines, parseGather} from './gather-lines.ts'
import {dryRunLine, sendLine} from './line.ts'
import {JSON_LINES, type LineFormat, textLines} from './line-format.ts'
import {parseRate, RateLimiter, rateLimited} from './rate-limiter.ts'
import {type InputLine, readLineGroups} from './read-lines.ts'
import {sendWithTimeout} from './receipt-timeout.ts'
import {ReconnectingSession} from './reconnecting-session.ts'

export interface BatchContext
  extends Pick<SessionContext, 'open' | 'settings'>,
    Pick<InputContext, 'addressBook' | 'signal' | 'warn'> {
  /** Failed lines are results as well. */
  isJson: boolean
  isQuiet: boolean
  failWith(failure: Failure): void
  print(results: (LineResult | LineStanzas)[]): Promise<void>
}

interface BatchOptions {
  /** For options that a line does not set. */
  defaults: MessageOptions
  format: LineFormat
  /** Lines that become one message. */
  gather: GatherLimits | undefined
  /** Lines per second. */
  rate: number | undefined
}

interface BatchRun extends BatchOptions, Pick<BatchContext, 'open'> {
  /** Its timeout is how long the server may confirm nothing while a reply is due. */
  settings: Settings
  /** Receives all results that are known, in the order of the lines; one call at a time. */
  onResults(results: LineResult[]): Promise<void>
}

/** Memory for a line besides its text: the stanza around it, and the reply of the server. */
const OVERHEAD_BYTES = 256

const IDLE_MS = 30_000

/** @param argv recipients, which only --lines allows */
export async function runBatch(
  argv: string[],
  flags: SendFlags,
  context: BatchContext,
): Promise<undefined> {
  const options = await readBatchOptions(argv, flags, context)
  const report = new BatchReport(context, !flags['dry-run'])
  if (flags['dry-run']) return dryRunBatch(options, report.add)
  const settings = await context.settings()
  const run = {...options, settings, open: context.open, onResults: report.add}
  await sendBatch(run).finally(() => report.close())
}

async function readBatchOptions(
  argv: string[],
  flags: SendFlags,
  {addressBook, signal}: Pick<InputContext, 'addressBook' | 'signal'>,
): Promise<BatchOptions> {
  if (argv.length > 0 && !flags.lines)
    throw new Failure('usage', '--batch takes no arguments', EXIT.usage, {
      hint: 'Write the recipient into each line, or add --lines to send each line as a text',
    })
  const rate = flags.rate === undefined ? undefined : parseFlag('--rate', flags.rate, parseRate)
  const gather =
    flags.gather === undefined ? undefined : parseFlag('--gather', flags.gather, parseGather)
  const defaults = await readMessageOptions(flags, signal)
  const format = flags.lines ? textLines(await readRecipients(argv, addressBook)) : JSON_LINES
  // Finds invalid recipients and options before the program connects.
  if (flags.lines)
    for (const message of format.parse('text')) buildStanza({...defaults, ...message})
  return {defaults, format, gather, rate}
}

async function sendBatch(run: BatchRun): Promise<void> {
  const {defaults, format, gather, onResults, open, rate, settings} = run
  const {timeout: idleMs = IDLE_MS} = settings
  const perSession = withoutTimeout(settings, idleMs)
  // Lines that were gathered before a signal are still sent.
  const interrupt = gather ? delayedShutdown() : shutdownSignal
  const nick = defaultNick(settings.jid)
  const idleTimeout = new IdleTimeout(idleMs)
  const limiter = rate === undefined ? undefined : new RateLimiter(rate)
  let limit: number | undefined
  const openSender = (use: (sender: MessageSender) => Promise<void>): Promise<void> =>
    open(
      perSession,
      async ({bound, stanzas}) => {
        const sender = new MessageSender(stanzas, nick)
        limit = (await bound).maxBytes
        await use(sender)
        await sender.leave()
      },
      {interrupt: AbortSignal.any([interrupt, idleTimeout.signal])},
    )
  const session = new ReconnectingSession(openSender, idleTimeout, limiter)
  const stop = AbortSignal.any([shutdownSignal, session.signal])
  const lines = readInput(stop, gather)
  await session.while(() =>
    processInOrder({
      groups: limiter ? rateLimited(lines, limiter, stop) : lines,
      sizeOf: ({text}) => OVERHEAD_BYTES + Buffer.byteLength(text),
      work: (line) =>
        sendLine(line, {
          ...{defaults, format, limit},
          send: (stanza) =>
            session.run(
              (sender, confirm) => sendWithTimeout(sender, stanza, idleTimeout, confirm),
              ({error}) => error,
            ),
        }),
      onResults: (results) => onResults(results.flat()),
    }),
  )
}

/** Checks the lines on standard input, and builds their stanzas. */
async function dryRunBatch(
  options: BatchOptions,
  onResults: (results: (LineResult | LineStanzas)[]) => Promise<void>,
): Promise<undefined> {
  for await (const lines of readInput(shutdownSignal, options.gather))
    await onResults(lines.map((line) => dryRunLine(line, options)))
}

function readInput(
  signal: AbortSignal,
  gather: GatherLimits | undefined,
): AsyncGenerator<InputLine[]> {
  const lines = readLineGroups(openStdin(), signal, {keepBlank: gather !== undefined})
  return gather ? gatherLines(lines, gather) : lines
}
