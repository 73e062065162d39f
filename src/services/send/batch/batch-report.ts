/** Prints the results of a batch, and its progress on a terminal. */
import {renderNewRoom} from '../../../output/room.ts'
import type {LineResult, LineStanzas} from '../../../protocol/message/message.ts'
import {Progress} from './progress.ts'
import type {BatchContext} from './run.ts'

type BatchOutput = Pick<BatchContext, 'failWith' | 'isJson' | 'isQuiet' | 'print' | 'warn'>

export class BatchReport {
  readonly #output: BatchOutput
  readonly #progress: Progress

  constructor(output: BatchOutput, hasProgress: boolean) {
    this.#output = output
    this.#progress = new Progress(hasProgress && !output.isJson && !output.isQuiet)
  }

  readonly add = async (results: (LineResult | LineStanzas)[]): Promise<void> => {
    for (const result of results) this.#addOne(result)
    const {isJson, print} = this.#output
    await print(isJson ? results : results.filter(({error}) => !error))
  }

  close(): void {
    this.#progress.clear()
  }

  #addOne(result: LineResult | LineStanzas): void {
    const {failWith, warn} = this.#output
    this.#progress.count(result.error !== null)
    if (result.error) {
      this.#progress.clear()
      const {error, line, to} = result
      failWith((to === null ? error : error.about(to)).about(`line ${line}`))
    }
    if ('roomCreated' in result && result.roomCreated)
      warn(renderNewRoom(result.roomCreated, result.to))
  }
}
