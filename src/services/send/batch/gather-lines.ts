/** Joins lines that arrive shortly after each other, such as those of `tail -f`, into messages. */
import {uptime} from '../../../clock.ts'
import {parseDuration} from '../../../duration.ts'
import {SMALLEST_LIMIT, sizeOfText} from '../../../protocol/message/split.ts'
import {xml} from '../../../xml.ts'
import type {InputLine} from './read-lines.ts'

/** Each server accepts a message with a text of this size, in bytes as XML. */
const MAX_BYTES = SMALLEST_LIMIT - 2000

const LONGEST_GAP_MS = 86_400_000

export interface GatherLimits {
  /** A message ends when no line has arrived for so long, in milliseconds. */
  gapMs: number
  /** The longest time from the first line to the end of the message, for lines that never stop. */
  longestMs: number
}

/** A message is sent after ten gaps, even if the lines never stop. Throws `RangeError` for a text that is no duration. */
export function parseGather(text: string): GatherLimits {
  const gapMs = parseDuration(text, LONGEST_GAP_MS)
  return {gapMs, longestMs: 10 * gapMs}
}

/** The lines of one message. */
class Gathered {
  readonly #lines: InputLine[]
  #bytes: number
  readonly startedAt = uptime()

  constructor(line: InputLine) {
    this.#lines = [line]
    this.#bytes = bytesOf(line)
  }

  /** False: the line belongs to the next message. */
  add(line: InputLine): boolean {
    const bytes = this.#bytes + bytesOf(line)
    if (bytes > MAX_BYTES) return false
    this.#lines.push(line)
    this.#bytes = bytes
    return true
  }

  /** One line of the batch, with the number of its first line. Blank lines at the end are left out. */
  join(): InputLine {
    const end = this.#lines.findLastIndex(({text}) => text.trim() !== '') + 1
    const [first] = this.#lines
    const text = this.#lines.slice(0, end).map(({text}) => text)
    return {number: first?.number ?? 0, text: text.join('\n'), isUtf8: true, count: end}
  }
}

const bytesOf = ({text}: InputLine): number => sizeOfText(String(xml('a', {}, text)))

/**
 * Yields each message when it ends. At the end of the input, and when the input fails, the last message comes first. A line
 * that is not UTF-8 is yielded alone, because it is an error.
 */
export async function* gatherLines(
  groups: AsyncIterable<InputLine[]>,
  {gapMs, longestMs}: GatherLimits,
): AsyncGenerator<InputLine[]> {
  const input = groups[Symbol.asyncIterator]()
  let next = input.next()
  let gathered: Gathered | undefined
  for (;;) {
    const group = await before(next, gathered && Math.min(gapMs, longestMs - ageOf(gathered)))
    if (group === 'late' || group === 'failed' || group.done) {
      if (gathered) yield [gathered.join()]
      gathered = undefined
      if (group === 'late') continue
      await next // throws the failure of the input
      return
    }
    const ended: InputLine[] = []
    for (const line of group.value) {
      if (gathered && line.isUtf8 && gathered.add(line)) continue
      if (gathered) ended.push(gathered.join())
      gathered = undefined
      if (!line.isUtf8) ended.push(line)
      else if (line.text.trim() !== '') gathered = new Gathered(line)
    }
    next = input.next()
    next.catch(() => {}) // `before` reports it
    if (ended.length > 0) yield ended
  }
}

const ageOf = ({startedAt}: Gathered): number => uptime() - startedAt

/** The result, or what came in its place. @param limitMs undefined: without a limit */
async function before<T>(
  result: Promise<T>,
  limitMs: number | undefined,
): Promise<T | 'late' | 'failed'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    if (limitMs !== undefined) timer = setTimeout(() => resolve('late'), Math.max(0, limitMs))
  })
  const settled = result.catch(() => 'failed' as const)
  return Promise.race([settled, late]).finally(() => clearTimeout(timer))
}
