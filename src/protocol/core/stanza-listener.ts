/** Passes each incoming stanza of a session to several concurrent waits. */
import {type Failure, toFailure} from '../../errors.ts'
import type {Element, StanzaChannel} from '../../xml.ts'

/** The result of the wait; undefined when the stanza does not match. */
export type Match<T> = (stanza: Element) => T | undefined

export class StanzaListener {
  readonly #matchers = new Set<(stanza: Element) => boolean>()
  readonly #rejecters = new Set<(failure: Failure) => void>()
  #ended: Failure | undefined

  /** Resolves when the session ends, with the reason. */
  readonly closed: Promise<Failure>

  /** Starts to read incoming stanzas: create the listener before sending a request whose answers it waits for. */
  constructor(stanzas: StanzaChannel) {
    this.closed = this.#read(stanzas.incoming())
  }

  /** The first match. Rejects when the session ends, or with the reason of the signal. */
  waitFor<T>(match: Match<T>, signal?: AbortSignal): Promise<T> {
    const found = new Promise<T>((resolve, reject) => {
      if (this.#ended) return reject(this.#ended)
      const stop = (): void => {
        this.#matchers.delete(accept)
        this.#rejecters.delete(fail)
        signal?.removeEventListener('abort', abort)
      }
      const accept = (stanza: Element): boolean => {
        const value = match(stanza)
        if (value === undefined) return false
        stop()
        resolve(value)
        return true
      }
      const fail = (failure: Failure): void => {
        stop()
        reject(failure)
      }
      const abort = (): void => fail(signal?.reason as Failure)
      this.#matchers.add(accept)
      this.#rejecters.add(fail)
      signal?.addEventListener('abort', abort, {once: true})
    })
    found.catch(() => {}) // the caller may await it later
    return found
  }

  async #read(incoming: AsyncIterable<Element>): Promise<Failure> {
    try {
      for await (const stanza of incoming) this.#dispatch(stanza)
      return this.#end(new Error('The incoming stanzas ended without a reason'))
    } catch (error) {
      return this.#end(error)
    }
  }

  /** An error without an id answers one stanza: the oldest that it can answer. */
  #dispatch(stanza: Element): void {
    const {id, type} = stanza.attrs as {id?: string; type?: string}
    const answersOne = type === 'error' && id === undefined
    for (const accept of [...this.#matchers]) if (accept(stanza) && answersOne) return
  }

  #end(error: unknown): Failure {
    const failure = toFailure(error)
    this.#ended = failure
    for (const fail of [...this.#rejecters]) fail(failure)
    return failure
  }
}
