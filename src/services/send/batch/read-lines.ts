/** Standard input as lines, taken in groups: what came at once can leave at once. */
import {isUtf8} from 'node:buffer'
import type {Readable} from 'node:stream'
import {addAbortSignal} from 'node:stream'
import {cannotRead} from '../../../cli/stdin.ts'

export interface InputLine {
  /** From 1. */
  number: number
  text: string
  /** Where not, the text has U+FFFD in place of what is none. */
  isUtf8: boolean
}

const NEWLINE = 0x0a
/** U+FEFF, which some editors put in front of a file. */
const BOM = /^\ufeff/

/**
 * Reads no further than it is asked to, so that whoever writes is slowed down to our pace. Blank lines are counted,
 * not told. Throws the reason of the signal.
 */
export async function* readLineGroups(
  input: Readable,
  signal: AbortSignal,
): AsyncGenerator<InputLine[]> {
  let number = 0
  let rest: Buffer[] = []
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
      rest.push(first)
      if (more.length === 0) continue
      const whole = [Buffer.concat(rest), ...more.slice(0, -1)]
      rest = more.slice(-1)
      const lines = whole.map(toLine).filter(({text}) => text.trim() !== '')
      if (lines.length > 0) yield lines
    }
    const last = toLine(Buffer.concat(rest))
    if (last.text.trim() !== '') yield [last]
  } catch (cause) {
    signal.throwIfAborted()
    throw cannotRead(cause as NodeJS.ErrnoException)
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
