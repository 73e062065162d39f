/** What arrives on a session, looked at by all who wait for something among it. */
import {type Failure, toFailure} from '../../errors.ts'
import type {Element, StanzaChannel} from '../../xml.ts'

/** What a stanza means to the one who waits; undefined: nothing, go on waiting. */
export type Match<T> = (stanza: Element) => T | undefined

export class StanzaListener {
  readonly #waiting = new Set<(stanza: Element) => boolean>()
  readonly #giveUp = new Set<(failure: Failure) => void>()
  #ended: Failure | undefined

  /** Resolves, with what ended the session, when nothing will arrive any more. */
  readonly closed: Promise<Failure>

  /** Opens the inbox: call it before anything is sent that provokes an answer. */
  constructor(stanzas: StanzaChannel) {
    this.closed = this.#read(stanzas.incoming())
  }

  /** The first match. Rejects with what ended the session, or with the reason of the signal. */
  waitFor<T>(match: Match<T>, signal?: AbortSignal): Promise<T> {
    const found = new Promise<T>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      const leave = (): void => {
        this.#waiting.delete(look)
        this.#giveUp.delete(fail)
        signal?.removeEventListener('abort', abort)
      }
      const look = (stanza: Element): boolean => {
        const value = match(stanza)
        if (value === undefined) return false
        leave()
        resolve(value)
        return true
      }
      const fail = (failure: Failure): void => {
        leave()
        reject(failure)
      }
      const abort = (): void => fail(signal?.reason as Failure)
      this.#waiting.add(look)
      this.#giveUp.add(fail)
      signal?.addEventListener('abort', abort, {once: true})
    })
    found.catch(() => {}) // whoever expects may be busy with what goes before
    return found
  }

  async #read(incoming: AsyncIterable<Element>): Promise<Failure> {
    try {
      for await (const stanza of incoming) this.#show(stanza)
      return this.#end(new Error('An inbox ended without a reason'))
    } catch (error) {
      return this.#end(error)
    }
  }

  /** An error without an id returns one stanza: the oldest that it may return. */
  #show(stanza: Element): void {
    const {id, type} = stanza.attrs as {id?: string; type?: string}
    const returnsOne = type === 'error' && id === undefined
    for (const look of [...this.#waiting]) if (look(stanza) && returnsOne) return
  }

  #end(error: unknown): Failure {
    const failure = toFailure(error)
    this.#ended = failure
    for (const fail of [...this.#giveUp]) fail(failure)
    return failure
  }
}
