/** XEP-0198: Stream Management <https://xmpp.org/extensions/xep-0198.html>: counts the stanzas of both sides. */
import {type Element, xml} from '../../xml.ts'

export const NS_SM = 'urn:xmpp:sm:3'

/** What is necessary to resume a session on a new connection. */
export interface Resumable {
  id: string
  /** The number of handled stanzas; the server sends later ones again. */
  handled: number
}

// §5: counters wrap at 2^32.
const WRAP = 2 ** 32

/** Counts from `<enable/>` outwards and from `<enabled/>` inwards (§4), not earlier and not later. */
export class StreamManagement {
  /** The id for resumption; undefined until the server allows it. */
  id: string | undefined
  #sent = 0
  /** The number of the newest stanza on this connection. */
  #received = 0
  /** The number of the newest stanza of all: after a resumption the server sends some again. */
  #newest = 0
  /** The count in the last acknowledgement. */
  #reported = 0
  #unacked: Element[] = []

  static readonly enable = (): Element => xml('enable', {xmlns: NS_SM, resume: 'true'})
  static readonly request = (): Element => xml('r', {xmlns: NS_SM})

  /** Continues the session of another process, of which the server has handled `h` stanzas. */
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

  /** The number of the stanza that just arrived; undefined when it had arrived before the resumption. */
  received(): number | undefined {
    const isNew = this.#received === this.#newest
    this.#received = (this.#received + 1) % WRAP
    if (!isNew) return undefined
    this.#newest = this.#received
    return this.#newest
  }

  /** The server continues after the stanzas acknowledged as handled (§5), and sends later ones again. */
  resumed(handled: number): void {
    this.#received = handled
    this.#reported = handled
  }

  /** The number of handled stanzas: all that arrived before the oldest unhandled one. */
  handled(oldestOpen: number | undefined): number {
    return oldestOpen === undefined ? this.#newest : (oldestOpen - 1 + WRAP) % WRAP
  }

  /** The number of handled stanzas that were not acknowledged. */
  unreported(oldestOpen: number | undefined): number {
    return (this.handled(oldestOpen) - this.#reported + WRAP) % WRAP
  }

  buildAck(oldestOpen: number | undefined): Element {
    this.#reported = this.handled(oldestOpen)
    return xml('a', {xmlns: NS_SM, h: this.#reported})
  }

  /** The server has handled `h` sent stanzas; false when this is impossible (§4: the stream must be closed). */
  acked(h: number): boolean {
    const left = (this.#sent - h + WRAP) % WRAP
    if (!(left <= this.#unacked.length)) return false
    this.#unacked.splice(0, this.#unacked.length - left)
    return true
  }

  /** The sent stanzas that the server has not acknowledged, in order. */
  get unacked(): readonly Element[] {
    return this.#unacked
  }
}

export const buildResume = ({handled, id}: Resumable): Element =>
  xml('resume', {xmlns: NS_SM, previd: id, h: handled})
