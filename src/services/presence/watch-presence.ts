/** Prints the presence of contacts and each change (RFC 6121 §4), in one session or in the sessions that follow a loss. */
import type {EventLog} from '../../cli/event-log.ts'
import type {Failure} from '../../errors.ts'
import {answerPings} from '../../protocol/core/ping.ts'
import {buildPresence, type Presence} from '../../protocol/presence/presence.ts'
import {PresenceTracker} from '../../protocol/presence/presence-tracker.ts'
import {probesAnswered} from '../../protocol/presence/probe.ts'
import type {Iq, StanzaChannel} from '../../xml.ts'

interface WatchOptions {
  /** Bare JIDs; empty for all contacts. */
  contacts: string[]
  /** Ends after so many changes. */
  count: number | undefined
  events: EventLog
  render(presence: Presence): string
}

/** The parts of a session that watching needs. */
interface WatchSession {
  bound: Promise<{jid: string}>
  iq: Iq
  stanzas: StanzaChannel
}

export class PresenceWatch {
  readonly #options: WatchOptions
  readonly #tracker: PresenceTracker
  /** The full JIDs of this account, of each session. */
  readonly #own = new Set<string>()
  #session: WatchSession | undefined
  /** The number of printed changes. */
  received = 0

  constructor(options: WatchOptions) {
    this.#options = options
    this.#tracker = new PresenceTracker(options.contacts)
  }

  readonly reconnectHandlers = {
    onDisconnect: async (error: Failure): Promise<void> => {
      await this.#options.events.add({event: 'disconnected', error})
    },
    onReconnect: async (jid: string, resumed: boolean): Promise<void> => {
      this.#own.add(jid)
      // The server does not know the presence in a new session.
      if (!resumed) await this.#appear()
      await this.#options.events.add({event: 'reconnected', jid, resumed})
      if (!resumed && this.#session)
        this.#tracker.newSession(probesAnswered(this.#session.iq, this.#tracker.available))
    },
  }

  /** Resolves after the number of changes that --count sets. */
  async print(session: WatchSession): Promise<void> {
    const {count = Number.POSITIVE_INFINITY, events, render} = this.#options
    this.#session = session
    const changes = this.#tracker.changes(session.stanzas.incoming())
    answerPings(session.stanzas)
    await this.#appear()
    const {jid} = await session.bound
    this.#own.add(jid)
    await events.add({event: 'ready', jid})
    for await (const presence of changes) {
      if (this.#own.has(presence.jid)) continue // the server sends it back
      await events.add({event: 'presence', ...presence}, () => render(presence))
      if (++this.received >= count) return
    }
  }

  /** No message is delivered to a session with a negative priority. */
  async #appear(): Promise<void> {
    await this.#session?.stanzas.sendConfirmed(buildPresence({priority: -1}))
  }
}
