/** Stanzas for a second reader, who sees what the first one reads. */
import type {Element, Stanzas} from '../xml.ts'

export class Tap {
  #queue: Element[] = []
  #wake = (): void => {}

  push(stanza: Element): void {
    this.#queue.push(stanza)
    this.#wake()
  }

  /** The session as the second reader sees it. */
  view(stanzas: Stanzas): Stanzas {
    return {
      get: (payload, to) => stanzas.get(payload, to),
      set: (payload, to) => stanzas.set(payload, to),
      send: (stanza) => stanzas.send(stanza),
      ask: (question) => stanzas.ask(question),
      post: (stanza) => stanzas.post(stanza),
      answer: (name, namespace, reply) => stanzas.answer(name, namespace, reply),
      hold: () => stanzas.hold(),
      stanzas: () => this.#read(),
    }
  }

  async *#read(): AsyncIterableIterator<Element> {
    for (;;) {
      const stanza = this.#queue.shift()
      if (stanza) yield stanza
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}
