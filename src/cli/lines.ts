/** Standard input as lines, taken in groups: what came at once can leave at once. */
import type {Readable} from 'node:stream'
import {addAbortSignal} from 'node:stream'
import {EXIT, Failure} from '../errors.ts'

export interface Line {
  /** From 1. */
  number: number
  text: string
}

/**
 * Reads no further than it is asked to, so that whoever writes is slowed down to our pace. Blank lines are counted,
 * not told. Throws the reason of the signal.
 */
export async function* lineGroups(input: Readable, signal: AbortSignal): AsyncGenerator<Line[]> {
  let number = 0
  let rest = ''
  const toLine = (text: string): Line => ({number: ++number, text})
  addAbortSignal(signal, input)
  try {
    for await (const chunk of input.setEncoding('utf8')) {
      const texts = (rest + chunk).split('\n')
      rest = texts.pop() ?? ''
      const lines = texts.map(toLine).filter(({text}) => text.trim() !== '')
      if (lines.length > 0) yield lines
    }
    if (rest.trim() !== '') yield [toLine(rest)]
  } catch (cause) {
    signal.throwIfAborted()
    throw new Failure('no-input', 'Cannot read standard input', EXIT.noInput, {cause})
  }
}
