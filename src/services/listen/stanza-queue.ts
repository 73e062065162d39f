/** One reader for stanzas and for the turns that a session takes, with room for what has to wait its time. */
import type {Element, StanzaChannel} from '../../xml.ts'

/** What `Hold` tells of a session: contract, events `disconnected` and `reconnected`. */
export type ConnectionEvent =
  | {event: 'disconnected'; error: Record<string, unknown>}
  | {event: 'reconnected'; jid: string; resumed: boolean}

/** `review`: what a session may have lost when it came back can be looked for now. */
export type QueueItem = {stanza: Element} | {turn: ConnectionEvent} | {review: true}

/** A turn after which something may have been missed. */
export const isReconnect = (item: QueueItem): boolean =>
  'turn' in item && item.turn.event === 'reconnected'

/** A turn after which nobody knows that we are there. */
export const isFreshSession = (item: QueueItem): boolean =>
  'turn' in item && item.turn.event === 'reconnected' && !item.turn.resumed

type Release = () => void

// What had to be waited for so long was sent just now, and nothing before it is on its way.
const LULL_MS = 50

export class StanzaQueue {
  readonly #stanzas: Pick<StanzaChannel, 'deferAck'>
  readonly #incoming: AsyncIterator<Element>
  /** Sees every stanza as it is read. */
  readonly #look: (stanza: Element) => void
  #asked: Promise<Element> | undefined
  /** When all that had been sent before was read. */
  caughtUp = new Date()
  #turns: Exclude<QueueItem, {stanza: Element}>[] = []
  #keptTurns: QueueItem[] = []
  #keptStanzas: {item: QueueItem; release: Release}[] = []
  /** Makes the stanza that was read last count as handled. */
  #release: Release = nothing
  #wake = (): void => {}

  constructor(
    stanzas: Pick<StanzaChannel, 'deferAck' | 'incoming'>,
    look: (stanza: Element) => void,
  ) {
    this.#stanzas = stanzas
    this.#incoming = stanzas.incoming()
    this.#look = look
  }

  /** Puts a turn ahead of all stanzas that were not read yet. */
  turn(turn: ConnectionEvent): void {
    this.#turns.push({turn})
    this.#wake()
  }

  /** Whether a turn waits to be read. */
  get turned(): boolean {
    return this.#turns.length > 0
  }

  /** Puts a review ahead of all stanzas that were not read yet. */
  requestRecheck(): void {
    this.#turns.push({review: true})
    this.#wake()
  }

  /** Puts off until `next` what was read last: it is not handled yet. */
  defer(item: QueueItem): void {
    if ('stanza' in item) this.#keptStanzas.push({item, release: this.hold()})
    else this.#keptTurns.push(item)
  }

  /** What was read last does not count as handled before this is called back. */
  hold(): Release {
    const release = this.#release
    this.#release = nothing
    return release
  }

  /** Reads what did not come on this session; `release` is called when it counts as handled. */
  take(stanza: Element, release: Release): QueueItem {
    this.#handled()
    this.#release = release
    return {stanza}
  }

  /** What was kept, turns first, and then what comes. Asking means that all before was dealt with. */
  async next(): Promise<QueueItem> {
    this.#handled()
    const turn = this.#keptTurns.shift()
    if (turn) return turn
    const kept = this.#keptStanzas.shift()
    if (kept) {
      this.#release = kept.release
      return kept.item
    }
    for (;;) {
      const item = await this.nextLive()
      if (item) return item
    }
  }

  /** What comes; nothing when `over` settles first, or a turn has to be looked for. */
  async nextLive(over?: Promise<unknown>): Promise<QueueItem | undefined> {
    this.#handled()
    const turn = this.#turns.shift()
    if (turn) return turn
    this.#asked ??= this.#ask()
    const woken = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined)
    })
    const settled = over?.then(nothing, nothing)
    const stanza = await Promise.race([this.#asked, woken, ...(settled ? [settled] : [])])
    if (!stanza) return undefined
    this.#asked = undefined
    this.#release = this.#stanzas.deferAck()
    this.#look(stanza)
    return {stanza}
  }

  /** Keeps what comes until `work` settles, and is true then; false when a new session makes it pointless. */
  async bufferWhile(work: Promise<unknown>): Promise<boolean> {
    let over = false
    const done = work.finally(() => {
      over = true
    })
    done.catch(nothing) // it is awaited below
    while (!over) {
      const item = await this.nextLive(done)
      if (!item) continue
      this.defer(item)
      if (isFreshSession(item)) return false
    }
    await work
    return true
  }

  #handled(): void {
    this.#release()
    this.#release = nothing
  }

  async #ask(): Promise<Element> {
    const start = performance.now()
    const asked = this.#incoming.next().then(({value}) => {
      if (performance.now() - start > LULL_MS) this.caughtUp = new Date()
      return value as Element
    })
    asked.catch(nothing) // whoever reads next hears of it
    return asked
  }
}

const nothing = (): undefined => undefined

/** Stanzas for a second reader, who sees what the first one reads. */

export class Tee {
  #queue: Element[] = []
  #wake = (): void => {}

  push(stanza: Element): void {
    this.#queue.push(stanza)
    this.#wake()
  }

  /** The session as the second reader sees it. */
  view(stanzas: StanzaChannel): StanzaChannel {
    return {
      get: (payload, to) => stanzas.get(payload, to),
      set: (payload, to) => stanzas.set(payload, to),
      sendConfirmed: (stanza) => stanzas.sendConfirmed(stanza),
      sendIq: (question) => stanzas.sendIq(question),
      send: (stanza) => stanzas.send(stanza),
      handleIq: (name, namespace, reply) => stanzas.handleIq(name, namespace, reply),
      deferAck: () => stanzas.deferAck(),
      incoming: () => this.#read(),
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
