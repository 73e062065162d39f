/** One run of `listen`: prints the events of a session, acknowledges them, and answers the messages among them. */
import type {KeptSession} from '../../account/state/session-claim.ts'
import {type EventLog, missingEvents} from '../../cli/event-log.ts'
import {formatDuration} from '../../duration.ts'
import {type Failure, toFailure} from '../../errors.ts'
import type {HttpClient} from '../../http.ts'
import type {FileEvent, StanzaEvent} from '../../protocol/event/event.ts'
import {buildPresence} from '../../protocol/presence/presence.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import type {CommandServer} from '../serve/command-server.ts'
import {serveCommands} from '../serve/serve.ts'
import {buildAcknowledgements} from './acknowledgements.ts'
import {withBookmarks} from './bookmarked-rooms.ts'
import {connectionWarning} from './connection-warning.ts'
import {EventStream} from './event-stream.ts'
import type {ResumePoint} from './event-stream-options.ts'
import {ExecRunner} from './exec.ts'
import {FileSaver} from './file-saver.ts'
import {isWanted} from './filter.ts'
import type {ListenFlags, ListenOptions} from './flags.ts'
import {addOwnCaps, registerIqHandlers, type Software} from './iq-handlers.ts'
import {isStanzaEvent, type ListenEvent, type StreamItem} from './listen-event.ts'
import type {ReadPosition} from './read-position.ts'
import type {EarlierSessions} from './recover-sessions.ts'
import {Replies} from './reply.ts'
import {buildUnprinted, parseUnprinted} from './unprinted.ts'

/** The parts of a session that `listen` uses. */
export interface ListenSession {
  bound: Promise<{jid: string; maxBytes?: number | undefined; resumed: boolean}>
  signal: AbortSignal
  stanzas: StanzaChannel
}

export interface ListenRunOptions extends ListenOptions {
  flags: ListenFlags
  /** How often to try to join a lost room again. */
  retry: number
  /** Describes this client to those that request it. */
  software: Software
  position: ReadPosition
  /** The position of the previous run. */
  resumePoint: ResumePoint | undefined
  events: EventLog
  /** An event as text. */
  render(event: (StanzaEvent | FileEvent) & {time: string}): string
  /** A person reads the output on a terminal. */
  isWatched: boolean
  /** For --save-files. */
  http: HttpClient | undefined
  warn(sentence: string): void
}

/** The most events that are printed in one turn of the event loop, unless commands or downloads follow them. */
const MOST_AT_ONCE = 16

/** The handlers of the events of one session. */
interface Tools {
  replies: Replies
  runner: ExecRunner
  saver: FileSaver | undefined
  stream: EventStream
}

export class ListenRun {
  readonly #options: ListenRunOptions
  #stream: EventStream | undefined
  /** The number of printed events that count for --count. */
  received = 0
  /** The `ready` event was printed. */
  isReady = false
  earlierSessions: EarlierSessions | undefined
  /** The server has delivered all that it had for this session. */
  isSettled = false

  constructor(options: ListenRunOptions) {
    this.#options = options
  }

  /** The events that are missing when the time is over: those that --count or --since requests. */
  missingAfter(timeout: number): string | undefined {
    const {flags, following} = this.#options
    if (following.since !== undefined && this.#stream?.hasUnread)
      return `The archive was not read to its end within ${formatDuration(timeout)}: messages are missing`
    return missingEvents(this.received, flags.count, timeout)
  }

  /** Saves what is necessary to resume the session, and the stanzas that were not printed. */
  readonly savers = {
    record: (session: KeptSession): void => this.#options.position.record(session),
    save: (stanzas: Element[]): (() => void)[] => {
      const {following, position} = this.#options
      return position.save(stanzas.map((stanza) => buildUnprinted(stanza, following.own)))
    },
    keep: async (stanzas: Element[], settled: boolean): Promise<number> => {
      this.isSettled = settled
      return this.savers.save(stanzas).length
    },
  }

  readonly reconnectHandlers = {
    onDisconnect: (failure: Failure): void => this.#stream?.disconnected(failure),
    onReconnect: (jid: string, resumed: boolean): void => this.#stream?.reconnected(jid, resumed),
    ...this.savers,
  }

  /** Prints events until --count is reached; throws the failure that ended the session. */
  async listen(session: ListenSession): Promise<void> {
    const {events, flags, position, served} = this.#options
    await position.begin()
    const server = serveCommands(served, session, flags.jobs, events)
    try {
      await this.#printEvents(session, this.#registerHandlers(session.stanzas, server))
    } finally {
      await server?.close()
    }
  }

  async #printEvents(session: ListenSession, buildOwnPresence: () => Element): Promise<void> {
    const {events, flags, following, policy, position, resumePoint, retry} = this.#options
    const unprinted = position.unprinted.flatMap(({release, xml}) => {
      const stanza = parseUnprinted(xml)
      return stanza ? [{release, stanza}] : []
    })
    const {earlierSessions} = this
    const origin = {earlierSessions, resumePoint, unprinted, retry, buildPresence: buildOwnPresence}
    const rooms = await withBookmarks(session.stanzas, following)
    const stream = new EventStream(session.stanzas, {...following, ...origin, rooms})
    this.#stream = stream
    const runner = new ExecRunner(flags, events, session.signal)
    const replies = new Replies(policy.own, (from) => stream.rooms.isOwnOccupant(from))
    const saver = this.#newFileSaver(session.signal, runner)
    try {
      await this.#printAll(session, {replies, runner, saver, stream})
      await saver?.drain()
      await runner.drain()
    } catch (error) {
      await saver?.stop(error)
      throw error
    }
  }

  async #printAll(session: ListenSession, tools: Tools): Promise<void> {
    const {flags, saving} = this.#options
    const {count = Number.POSITIVE_INFINITY, exec} = flags
    const most = exec === undefined && !saving ? MOST_AT_ONCE : 1
    const printing: Promise<void>[] = []
    try {
      for await (const item of tools.stream.events(session.bound)) {
        session.signal.throwIfAborted() // an event may have waited for the one before it
        printing.push(this.#printOne(item, session, tools))
        if (printing.length >= most) {
          await Promise.all(printing)
          printing.length = 0
        }
        if (this.received >= count) break
      }
      await Promise.all(printing)
    } finally {
      await Promise.allSettled(printing)
    }
  }

  /** Acknowledges an event when it was handled. */
  #printOne(item: StreamItem, session: ListenSession, tools: Tools): Promise<void> {
    const {runner, stream} = tools
    const {position} = this.#options
    const acknowledge = stream.deferAck()
    const reached = stream.position
    position.start(reached)
    const handled = (): void => {
      acknowledge()
      position.advance(reached, item.keys)
    }
    const printed = this.#process(item, session, tools).then(() => runner.onDrained(handled))
    printed.catch(() => {}) // awaited later
    return printed
  }

  /** A message is printed before its files are saved: a download may take long. */
  #newFileSaver(signal: AbortSignal, runner: ExecRunner): FileSaver | undefined {
    const {events, http, render, saving} = this.#options
    if (!saving || !http) return undefined
    return new FileSaver({...saving, http, signal}, async (event) => {
      const record = await events.add(event, render)
      if (!signal.aborted) await runner.run({...record, id: event.messageId})
    })
  }

  /** Registers the replies to IQ requests, and returns a function that builds the presence that announces them. */
  #registerHandlers(stanzas: StanzaChannel, commands: CommandServer | undefined): () => Element {
    const {flags, software} = this.#options
    const {priority, status} = flags
    const build = (): Element => buildPresence({priority, status})
    if (flags['no-reply']) return build
    registerIqHandlers(stanzas, software, {commands})
    return () => addOwnCaps(build(), software, commands)
  }

  async #process(
    {event, isHistory, isNew, unfiltered}: StreamItem,
    session: ListenSession,
    {replies, runner, saver}: Tools,
  ): Promise<void> {
    const {events, filter, flags, policy, render} = this.#options
    if (!isStanzaEvent(event)) return this.#printConnectionEvent(event)
    if (unfiltered) return void (await events.add(event, render))
    const wanted = isWanted(event, filter)
    const counts = flags.include || flags.exclude || event.event === 'message'
    if (wanted && counts) this.received++
    const record = wanted && (await events.add(event, render))
    // Before the command runs, because it may take long.
    for (const stanza of isNew ? buildAcknowledgements(event, policy, wanted) : [])
      await session.stanzas.send(stanza)
    if (!record) return
    if (event.event === 'message') saver?.save(event)
    const isAnswered = flags.reply && !isHistory
    await runner.run(record, isAnswered ? this.#replyTo(event, session, replies) : undefined)
  }

  /** Sends the output of the command as a reply; undefined for an event that gets no reply. */
  #replyTo(
    event: StanzaEvent,
    {bound, signal, stanzas}: ListenSession,
    replies: Replies,
  ): ((text: string) => Promise<void>) | undefined {
    if (!replies.isAnswerable(event)) return undefined
    return async (text) => {
      const {maxBytes} = await bound
      let reply: Element | undefined
      try {
        for (reply of replies.build(event, text, maxBytes)) await stanzas.sendConfirmed(reply)
      } catch (error) {
        signal.throwIfAborted() // the next run receives the message, and replies
        const {id = null, to = event.from} = (reply?.attrs ?? {}) as {id?: string; to?: string}
        const bounced = {event: 'error' as const, id, from: to, to: null, type: 'error'}
        const {events, render} = this.#options
        await events.add({...bounced, error: toFailure(error).toJSON()}, render)
      }
    }
  }

  async #printConnectionEvent(event: Exclude<ListenEvent, StanzaEvent>): Promise<void> {
    const {events, isWatched, warn} = this.#options
    if (event.event === 'ready') this.isReady = true
    const warning = connectionWarning(event, isWatched)
    if (warning) warn(warning) // before the lines of later events
    await events.add(event)
  }
}
