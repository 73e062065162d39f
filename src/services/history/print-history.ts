/** Prints the messages of an archive, and saves the position of each group that was printed. */
import type {EventLog} from '../../cli/event-log.ts'
import type {PrintEvents} from '../../cli/output.ts'
import type {Failure} from '../../errors.ts'
import type {MessageKind} from '../../protocol/event/event.ts'
import type {StanzaChannel} from '../../xml.ts'
import {History, type HistoryOptions} from './history.ts'
import {writePosition} from './position.ts'

interface HistoryOutput {
  /** Bare JID of the account or of the room. */
  archive: string
  events: EventLog
  /** The file of --position. */
  file: string | undefined
  render(event: MessageKind): string
}

interface HistoryContext {
  /** Opens a session, passes it to `use`, and closes it. Repeats this after a retryable failure if --retry allows it. */
  open(use: (session: HistorySession) => Promise<void>): Promise<void>
  printEvents: PrintEvents
}

interface HistorySession {
  signal: AbortSignal
  stanzas: StanzaChannel
}

export async function printHistory(
  options: HistoryOptions,
  output: HistoryOutput,
  context: HistoryContext,
): Promise<void> {
  const {after, filter} = options
  try {
    await print(options, output, context)
  } catch (error) {
    // The archive has dropped the last printed message: the position also has its time.
    if (!after?.time || (error as Failure).code !== 'unknown-id') throw error
    const since = {...options, after: undefined, filter: {...filter, start: after.time}}
    await print(since, output, context)
  }
}

async function print(
  options: HistoryOptions,
  {archive, events, file, render}: HistoryOutput,
  {open, printEvents}: HistoryContext,
): Promise<void> {
  const history = new History(options)
  let received = 0
  const use = async ({signal, stanzas}: HistorySession): Promise<void> => {
    for await (const group of history.read(stanzas)) {
      signal.throwIfAborted()
      await Promise.all(group.map((event) => events.add(event, render)))
      received += group.length
      const last = group.at(-1)
      if (file !== undefined && last?.stanzaId && last.delay)
        await writePosition(file, {archive, after: last.stanzaId, time: last.delay})
    }
  }
  await printEvents(() => open(use), {
    reason: 'complete',
    describeTimeout: () => 'The archive was not read to its end in time',
    received: () => received,
  })
}
