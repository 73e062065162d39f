/** XEP-0198: Stream Management <https://xmpp.org/extensions/xep-0198.html>: who has what, counted on both sides. */
import {type Element, xml} from '../../xml.ts'

export const NS_SM = 'urn:xmpp:sm:3'

/** What a new connection needs to go on where the old one broke off. */
export interface Resumable {
  id: string
  /** What arrived and was dealt with; the server sends again what lies beyond. */
  handled: number
}

// §5: counters wrap at 2^32.
const WRAP = 2 ** 32

/** Counts from `<enable/>` outwards and from `<enabled/>` inwards (§4): neither sooner nor later. */
export class StreamManagement {
  /** The stream's id for resumption; undefined while the server has not agreed to any. */
  id: string | undefined
  #sent = 0
  /** The number of the newest stanza on this connection, */
  #received = 0
  /** and of the newest of all: after a resumption some come once more. */
  #newest = 0
  /** What the server was last told to be handled. */
  #reported = 0
  #unacked: Element[] = []

  static readonly enable = (): Element => xml('enable', {xmlns: NS_SM, resume: 'true'})
  static readonly request = (): Element => xml('r', {xmlns: NS_SM})

  /** Goes on where another process broke off, of which the server has handled `h` stanzas. */
  static restore({handled, id}: Resumable, h: number): StreamManagement {
    const restored = new StreamManagement()
    restored.id = id
    restored.#sent = h
    restored.#newest = handled
    return restored
  }

  sent(stanza: Element): void {
    this.#sent = (this.#sent + 1) % WRAP
    this.#unacked.push(stanza)
  }

  /** The number of a stanza that just arrived; undefined when it had come before the resumption as well. */
  received(): number | undefined {
    const isNew = this.#received === this.#newest
    this.#received = (this.#received + 1) % WRAP
    if (!isNew) return undefined
    this.#newest = this.#received
    return this.#newest
  }

  /** The server goes on behind what it was told to be handled (§5): the rest of what arrived comes twice. */
  resumed(handled: number): void {
    this.#received = handled
    this.#reported = handled
  }

  /** How many were handled: all that arrived, up to the oldest that somebody still works on. */
  handled(oldestOpen: number | undefined): number {
    return oldestOpen === undefined ? this.#newest : (oldestOpen - 1 + WRAP) % WRAP
  }

  /** How many were handled of which the server was not told. */
  unreported(oldestOpen: number | undefined): number {
    return (this.handled(oldestOpen) - this.#reported + WRAP) % WRAP
  }

  buildAck(oldestOpen: number | undefined): Element {
    this.#reported = this.handled(oldestOpen)
    return xml('a', {xmlns: NS_SM, h: this.#reported})
  }

  /** The server has handled `h` of ours; false when that cannot be (§4: the stream is broken then). */
  acked(h: number): boolean {
    const left = (this.#sent - h + WRAP) % WRAP
    if (!(left <= this.#unacked.length)) return false
    this.#unacked.splice(0, this.#unacked.length - left)
    return true
  }

  /** What the server has not said to have, in order. */
  get unacked(): readonly Element[] {
    return this.#unacked
  }
}

export const buildResume = ({handled, id}: Resumable): Element =>
  xml('resume', {xmlns: NS_SM, previd: id, h: handled})
