/** Reads lines in groups: lines that arrive together can be sent together. */
import {isUtf8} from 'node:buffer'
import type {Readable} from 'node:stream'
import {addAbortSignal} from 'node:stream'
import {STDIN} from '../../../cli/stdin.ts'
import {cannotRead} from '../../../read-file.ts'

export interface InputLine {
  /** Starts at 1. */
  number: number
  text: string
  /** If false, the text has U+FFFD in place of each invalid byte sequence. */
  isUtf8: boolean
  /** The number of lines that were gathered into this one. */
  count?: number
}

const NEWLINE = 0x0a
/** U+FEFF, which some editors write at the start of a file. */
const BOM = /^\ufeff/

/**
 * Reads only as fast as the groups are consumed, so the writer has to wait. Blank lines are counted, and returned only with
 * `keepBlank`. Throws the reason of the signal.
 */
export async function* readLineGroups(
  input: Readable,
  signal: AbortSignal,
  {keepBlank = false} = {},
): AsyncGenerator<InputLine[]> {
  const isWanted = ({text}: InputLine): boolean => keepBlank || text.trim() !== ''
  let number = 0
  let incomplete: Buffer[] = []
  const toLine = (bytes: Buffer): InputLine => {
    const text = bytes.toString()
    return {
      number: ++number,
      text: number === 1 ? text.replace(BOM, '') : text,
      isUtf8: isUtf8(bytes),
    }
  }
  addAbortSignal(signal, input)
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      const [first = chunk, ...more] = split(chunk)
      incomplete.push(first)
      if (more.length === 0) continue
      const complete = [Buffer.concat(incomplete), ...more.slice(0, -1)]
      incomplete = more.slice(-1)
      const lines = complete.map(toLine).filter(isWanted)
      if (lines.length > 0) yield lines
    }
    const last = toLine(Buffer.concat(incomplete))
    if (last.text.trim() !== '') yield [last]
  } catch (cause) {
    signal.throwIfAborted()
    throw cannotRead(STDIN, cause as NodeJS.ErrnoException)
  }
}

function split(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = []
  let start = 0
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    parts.push(bytes.subarray(start, end))
    start = end + 1
  }
  return [...parts, bytes.subarray(start)]
}
