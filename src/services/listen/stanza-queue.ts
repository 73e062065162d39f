/** Stanzas and connection events in one order, with a buffer for those that have to wait. */
import {AsyncQueue} from '../../async-queue.ts'
import {uptime} from '../../clock.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {Element, StanzaReader} from '../../xml.ts'

/** A change of the session (schemas/events.json). */
export type ConnectionEvent =
  | {event: 'disconnected'; error: Record<string, unknown>}
  | {event: 'reconnected'; jid: string; resumed: boolean}

/** `recheck`: messages that a session may have lost when it was resumed can now be looked for in the archives. */
export type QueueItem = {stanza: Element} | {connection: ConnectionEvent} | {recheck: true}

/** An event after which messages may be missing. */
export const isReconnect = (item: QueueItem): boolean =>
  'connection' in item && item.connection.event === 'reconnected'

/** A reconnect with a new session, in which the account is not yet available. */
export const isFreshSession = (item: QueueItem): boolean =>
  'connection' in item && item.connection.event === 'reconnected' && !item.connection.resumed

type Release = () => void

/** A server that answers no request must not fill the memory. Stanzas that are not handled stay on the server. */
const MOST_DEFERRED = 20_000

// When the next stanza takes this long, all earlier ones have been read.
const LULL_MS = 50

// ejabberd resends undelivered stanzas until there was none to send for 100 ms.
const SETTLING_MS = 1000

export class StanzaQueue {
  readonly #incoming: StanzaReader
  /** Called with each stanza as it is read. */
  readonly #onRead: (stanza: Element) => void
  #nextStanza: Promise<Element> | undefined
  /** The last time at which all stanzas that had arrived were read. */
  lastDrained = new Date()
  readonly #urgent = new AsyncQueue<Exclude<QueueItem, {stanza: Element}>>()
  #deferredEvents: QueueItem[] = []
  #deferredStanzas: {item: QueueItem; release: Release}[] = []
  #recheckTimer: NodeJS.Timeout | undefined
  /** Makes the stanza that was read last count as handled. */
  #release: Release = nothing

  constructor(incoming: StanzaReader, onRead: (stanza: Element) => void) {
    this.#incoming = incoming
    this.#onRead = onRead
  }

  /** Puts a connection event before all unread stanzas. */
  pushConnectionEvent(connection: ConnectionEvent): void {
    this.#urgent.push({connection})
  }

  /** Puts a recheck before all unread stanzas, when the server has resent those that it had not delivered. */
  requestRecheck(): void {
    clearTimeout(this.#recheckTimer)
    this.#recheckTimer = setTimeout(() => this.#urgent.push({recheck: true}), SETTLING_MS).unref()
  }

  /** Whether a connection event or a recheck is unread. */
  get hasUrgent(): boolean {
    return this.#urgent.size > 0
  }

  /** Keeps the item that was read last for `next`. It is not handled yet. Throws a `Failure` when there are too many. */
  defer(item: QueueItem): void {
    if ('stanza' in item) this.#deferredStanzas.push({item, release: this.deferAck()})
    else this.#deferredEvents.push(item)
    if (this.#deferredStanzas.length > MOST_DEFERRED) throw backlog()
  }

  /** The stanza that was read last does not count as handled before the returned function is called. */
  deferAck(): Release {
    const release = this.#release
    this.#release = nothing
    return release
  }

  /** Calls this too when the stanza that was read last counts as handled. */
  onHandled(work: Release): void {
    const release = this.deferAck()
    this.#release = () => {
      release()
      work()
    }
  }

  /** Reads a stanza that did not arrive on this session. `release` is called when it counts as handled. */
  take(stanza: Element, release: Release): QueueItem {
    this.#handled()
    this.#release = release
    return {stanza}
  }

  /** The next item, deferred ones first. The item before it then counts as handled. */
  async next(): Promise<QueueItem> {
    this.#handled()
    const event = this.#deferredEvents.shift()
    if (event) return event
    const deferred = this.#deferredStanzas.shift()
    if (deferred) {
      this.#release = deferred.release
      return deferred.item
    }
    for (;;) {
      const item = await this.nextLive()
      if (item) return item
    }
  }

  /** The next item that is not deferred; undefined when `over` settles first, or the queue should be read again. */
  async nextLive(over?: Promise<unknown>): Promise<QueueItem | undefined> {
    this.#handled()
    const urgent = this.#urgent.shift()
    if (urgent) return urgent
    this.#nextStanza ??= this.#readStanza()
    const settled = over?.then(nothing, nothing)
    const others = [this.#urgent.ready(), ...(settled ? [settled] : [])]
    const stanza = await Promise.race([this.#nextStanza, ...others])
    if (!stanza) return undefined
    this.#nextStanza = undefined
    this.#release = this.#incoming.deferAck()
    this.#onRead(stanza)
    return {stanza}
  }

  /** Defers all items until `work` settles, and then resolves with true; with false when a new session makes it pointless. */
  async bufferWhile(work: Promise<unknown>): Promise<boolean> {
    let isOver = false
    const done = work.finally(() => {
      isOver = true
    })
    done.catch(nothing) // it is awaited below
    while (!isOver) {
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

  async #readStanza(): Promise<Element> {
    const start = uptime()
    const stanza = this.#incoming.next().then(({value}) => {
      if (uptime() - start > LULL_MS) this.lastDrained = new Date()
      return value as Element
    })
    stanza.catch(nothing) // the next reader gets the rejection
    return stanza
  }
}

const backlog = (): Failure =>
  new Failure(
    'too-many-messages',
    'Too many messages arrived while the server did not answer a request',
    EXIT.temporary,
    {stage: 'request', hint: 'The server keeps them: run the command again'},
  )

const nothing = (): undefined => undefined
