/** The last lines of the output of a command. */
import {StringDecoder} from 'node:string_decoder'
import {stripVTControlCharacters} from 'node:util'

/** A message of this size passes every server (RFC 6120 §13.12: at least 10,000 bytes for a stanza). */
const MAX_BYTES = 6000
/** A program may write megabytes without a line break. */
const MAX_LINE = 2000

export class Tail {
  readonly #count: number
  readonly #lines: string[] = []
  readonly #streams = new Map<unknown, {decoder: StringDecoder; rest: string}>()

  constructor(count: number) {
    this.#count = count
  }

  /** @param stream the lines of several streams are not mixed with each other */
  add(chunk: Buffer, stream: unknown): void {
    const state = this.#streams.get(stream) ?? {decoder: new StringDecoder('utf8'), rest: ''}
    this.#streams.set(stream, state)
    const lines = `${state.rest}${state.decoder.write(chunk)}`.split('\n')
    state.rest = lines.pop()?.slice(-MAX_LINE) ?? ''
    this.#lines.push(...lines.slice(-this.#count).map((line) => line.slice(-MAX_LINE)))
    this.#lines.splice(0, this.#lines.length - this.#count)
  }

  /** The lines, oldest first, as a terminal would show them; fewer if they have more than `MAX_BYTES`. */
  toString(): string {
    const open = [...this.#streams.values()].map(({rest}) => rest).filter(Boolean)
    const lines = [...this.#lines, ...open].slice(-this.#count).map(visible)
    let first = lines.length
    let bytes = 0
    while (first > 0) {
      bytes += Buffer.byteLength(lines[first - 1] ?? '') + 1
      if (bytes > MAX_BYTES) break
      first--
    }
    return lines.slice(first).join('\n').trimEnd()
  }
}

/** Without control characters; of a progress bar that is drawn again and again, the last state. */
function visible(line: string): string {
  const last = stripVTControlCharacters(line).trimEnd().split('\r').at(-1) ?? ''
  return last.replace(/(?!\t)\p{Cc}/gu, '')
}
