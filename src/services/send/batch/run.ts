/** Sends the messages on standard input, one per line, and reconnects if the session is lost. */

import {IdleTimeout} from '../../../cli/idle-timeout.ts'
import {processInOrder} from '../../../cli/ordered-queue.ts'
import {parseFlag} from '../../../cli/parse-flag.ts'
import {shutdownSignal} from '../../../cli/signals.ts'
import {openStdin} from '../../../cli/stdin.ts'
import {EXIT, Failure} from '../../../errors.ts'
import type {LineResult, LineStanzas} from '../../../protocol/message/message.ts'
import {readMessageOptions, type SendFlags} from '../flags.ts'
import {MessageSender} from '../message-sender.ts'
import type {MessageOptions} from '../options.ts'
import type {OpenSendSession} from '../send-messages.ts'
import {dryRunLine, sendLine} from './line.ts'
import {parseRate, RateLimiter, rateLimited} from './rate-limiter.ts'
import {readLineGroups} from './read-lines.ts'
import {ReconnectingSession} from './reconnecting-session.ts'

export interface BatchOptions {
  /** For options that a line does not set. */
  defaults: MessageOptions
  /** Lines per second. */
  rate: number | undefined
}

export interface BatchRun extends BatchOptions {
  /** The nickname in rooms for which a line gives no other. */
  nick: string
  /** How long the server may confirm nothing while a reply is due, in milliseconds. */
  idleMs: number
  open: OpenSendSession
  /** Receives all results that are known, in the order of the lines; one call at a time. */
  onResults(results: LineResult[]): Promise<void>
}

/** Memory for a line besides its text: the stanza around it, and the reply of the server. */
const OVERHEAD_BYTES = 256

export async function readBatchOptions(
  argv: string[],
  flags: SendFlags,
  signal: AbortSignal,
): Promise<BatchOptions> {
  if (argv.length > 0)
    throw new Failure('usage', '--batch takes no arguments', EXIT.usage, {
      hint: 'Write the recipient into each line',
    })
  const rate = flags.rate === undefined ? undefined : parseFlag('--rate', flags.rate, parseRate)
  return {defaults: await readMessageOptions(flags, signal), rate}
}

export async function sendBatch(run: BatchRun): Promise<void> {
  const {defaults, idleMs, nick, onResults, open, rate} = run
  const idleTimeout = new IdleTimeout(idleMs)
  const limiter = rate === undefined ? undefined : new RateLimiter(rate)
  let limit: number | undefined
  const openSender = (use: (sender: MessageSender) => Promise<void>): Promise<void> =>
    open(async ({bound, stanzas}) => {
      const sender = new MessageSender(stanzas, nick)
      limit = (await bound).maxBytes
      await use(sender)
      await sender.leave()
    })
  const session = new ReconnectingSession(openSender, idleTimeout, limiter)
  const stop = AbortSignal.any([shutdownSignal, session.signal])
  const lines = readLineGroups(openStdin(), stop)
  await session.while(() =>
    processInOrder({
      groups: limiter ? rateLimited(lines, limiter, stop) : lines,
      sizeOf: ({text}) => OVERHEAD_BYTES + Buffer.byteLength(text),
      work: (line) =>
        sendLine(line, {
          defaults,
          limit,
          send: (stanza) =>
            session.run(
              (sender, confirm) =>
                idleTimeout.withReceiptTimeout((wait) => sender.send(stanza, wait), confirm),
              ({error}) => error,
            ),
        }),
      onResults: (results) => onResults(results.flat()),
    }),
  )
}

/** Checks the lines on standard input, and builds their stanzas. */
export async function dryRunBatch(
  defaults: MessageOptions,
  onResults: (results: (LineResult | LineStanzas)[]) => Promise<void>,
): Promise<undefined> {
  for await (const lines of readLineGroups(openStdin(), shutdownSignal))
    await onResults(lines.map((line) => dryRunLine(line, defaults)))
}
