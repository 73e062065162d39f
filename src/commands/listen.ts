import type {Interfaces} from '@oclif/core'
import type {Settings} from '../account/settings.ts'
import type {KeptSession} from '../account/state/session-claim.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {COUNTED, endingOf} from '../cli/event-log.ts'
import {unwrap} from '../cli/unwrap.ts'
import {formatDuration} from '../duration.ts'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {renderEvent} from '../output/event.ts'
import type {StanzaEvent} from '../protocol/event/event.ts'
import {buildPresence} from '../protocol/presence/presence.ts'
import {buildAcknowledgements} from '../services/listen/acknowledgements.ts'
import {keysOf} from '../services/listen/deduplicator.ts'
import {EventStream} from '../services/listen/event-stream.ts'
import {ExecRunner} from '../services/listen/exec.ts'
import {isWanted} from '../services/listen/filter.ts'
import {listenFlags, readListenOptions} from '../services/listen/flags.ts'
import {buildOwnCaps, registerIqHandlers} from '../services/listen/iq-handlers.ts'
import {type Gap, isStanzaEvent, type ListenEvent} from '../services/listen/listen-event.ts'
import {ReadPosition} from '../services/listen/read-position.ts'
import {Replies} from '../services/listen/reply.ts'
import {buildUnprinted, parseUnprinted} from '../services/listen/unprinted.ts'
import type {CommandServer} from '../services/serve/command-server.ts'
import {serveCommands} from '../services/serve/serve.ts'
import type {Hold, Session} from '../session/session.ts'
import type {Element, StanzaChannel} from '../xml.ts'

type ListenCommandFlags = Interfaces.InferredFlags<typeof listenFlags> & SharedFlags
type Listening = Awaited<ReturnType<typeof readListenOptions>>

const NODE = 'https://www.npmjs.com/package/xmpp-cli'

export default class Listen extends XmppCommand {
  static override summary = 'Print messages as they arrive'
  static override description =
    unwrap`The account becomes available, so the server delivers the messages that it has stored. The command ends after
--count messages, after --timeout, or with Ctrl-C. It resumes a lost connection and prints the messages that
were sent in the meantime. If the server did not keep them, it prints the time of the gap (with --json: an event
of kind gap).

The next run on this machine first prints the messages that a run received and did not print. After a crash, the
last messages may be printed twice: compare their stanza ids.

When the account has left the last of its rooms, the command ends: with 77 after a kick or a ban, 67 if the room
was destroyed, 75 if the room was lost for another reason. With --retry it joins that room again.

A running --exec command is stopped when the run ends. It does not receive password variables. If it calls xmpp,
store the account with xmpp login or set XMPP_PASSWORD_FILE.`
  static override flags = listenFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json --count 1 --from juliet@example.com --timeout 5m',
    '<%= config.bin %> <%= command.id %> --room ops@conference.example.com --since 1h --include message',
    "<%= config.bin %> <%= command.id %> --include message --exec './answer.sh' --reply",
    '<%= config.bin %> <%= command.id %> --jid bot@example.com/service --serve commands',
  ]

  protected override holdsOpen = () => true
  private ready = false
  private received = 0
  private readonly events = this.newEventLog()

  async run(): Promise<void> {
    const {flags} = await this.parse(Listen)
    const settings = await this.settings(flags)
    const listening = await readListenOptions(flags, settings.jid, this.timeLimit(flags))
    for (const {allow, node} of listening.served ?? [])
      if (allow.length === 0)
        this.warning(`No JID may run ${node}: add "allow" to ${node}.json`, flags)
    const {own} = listening.following
    const bookmark = new ReadPosition(own, settings.server, (sentence) =>
      this.warning(sentence, flags),
    )
    const left = await bookmark.load()
    let settled = false
    const keeping = {
      record: (session: KeptSession) => bookmark.record(session),
      keep: async (stanzas: Element[], all: boolean) => {
        settled = all
        return bookmark.keep(stanzas.map((stanza) => buildUnprinted(stanza, own)))
      },
    }
    let follower: EventStream | undefined
    const use = async (session: Session): Promise<void> => {
      await bookmark.begin()
      const server = serveCommands(listening.served, session, flags.jobs, this.events)
      const buildOwnPresence = this.introduce(session.stanzas, flags, server)
      const unprinted = bookmark.unprinted.flatMap(({release, xml}) => {
        const stanza = parseUnprinted(xml)
        return stanza ? [{release, stanza}] : []
      })
      const rest = {resumePoint: left, unprinted, retry: settings.retry}
      const following = {...listening.following, ...rest, buildPresence: buildOwnPresence}
      follower = new EventStream(session.stanzas, following)
      try {
        await this.listen(session, follower, {bookmark, flags, listening}).finally(() =>
          server?.close(),
        )
        await this.endEvents(this.events, COUNTED, this.received)
      } catch (error) {
        if (!this.ready) throw error
        const ending = endingOf(error, flags.count !== undefined)
        await this.endEvents(this.events, ending, this.received)
        if (ending?.exitCode === EXIT.deadline) this.failWith(this.tooFew(flags, settings.timeout))
      }
    }
    const hold = {
      onDisconnect: (failure: Failure) => follower?.disconnected(failure),
      onReconnect: (jid: string, resumed: boolean) => follower?.reconnected(jid, resumed),
      ...keeping,
    }
    try {
      const {abandoned} = bookmark
      const rest = abandoned ? await this.recover(abandoned, settings, flags, keeping) : settings
      await this.sessionWith(rest, flags, use, {hold})
    } finally {
      await bookmark.close(this.ready, settled)
    }
  }

  /**
   * Takes what the server still keeps for a run that was killed, and which it would throw away or bounce without an
   * archive. Resolves with the settings for the time that is left.
   */
  private async recover(
    resume: KeptSession,
    settings: Settings,
    flags: ListenCommandFlags,
    keeping: Pick<Hold, 'keep' | 'record'>,
  ): Promise<Settings> {
    const started = performance.now()
    const use = async ({bound, stanzas}: Session): Promise<void> => {
      stanzas.incoming()
      await bound
    }
    const hold = {onDisconnect() {}, onReconnect() {}, ...keeping}
    await this.sessionWith({...settings, retry: 0}, flags, use, {hold, resume}).catch(() => {
      // What is wrong is so for the session that follows as well, and told there.
    })
    const {timeout} = settings
    const elapsed = performance.now() - started
    return timeout === undefined ? settings : {...settings, timeout: Math.max(1, timeout - elapsed)}
  }

  /** Sets up what we answer, and returns the presence that says so. */
  private introduce(
    stanzas: StanzaChannel,
    flags: ListenCommandFlags,
    commands: CommandServer | undefined,
  ): () => Element {
    const {priority, status} = flags
    if (flags['no-reply']) return () => buildPresence({priority, status})
    const software = {name: 'xmpp-cli', version: this.config.version, node: NODE}
    registerIqHandlers(stanzas, software, {commands})
    return () => {
      const presence = buildPresence({priority, status})
      presence.append(buildOwnCaps(software, commands))
      return presence
    }
  }

  private async listen(
    {bound, signal, stanzas}: Session,
    follower: EventStream,
    {
      bookmark,
      flags,
      listening,
    }: {bookmark: ReadPosition; flags: ListenCommandFlags; listening: Listening},
  ): Promise<void> {
    const {count = Number.POSITIVE_INFINITY} = flags
    const hooks = new ExecRunner(flags, this.events, signal)
    const replies = new Replies(listening.manners.own, (from) => follower.rooms.isOurs(from))
    for await (const {
      unfiltered: always = false,
      event,
      isHistory = false,
      isNew: news,
    } of follower.events(bound)) {
      signal.throwIfAborted() // some may have waited for their turn
      const release = follower.hold()
      bookmark.start(follower.position)
      if (!isStanzaEvent(event)) await this.tellTurn(event, flags)
      else if (always) await this.events.add(event, renderEvent)
      else {
        const wanted = isWanted(event, listening.filter)
        const record = wanted && (await this.events.add(event, renderEvent))
        // Before the command, which may take its time.
        for (const stanza of news ? buildAcknowledgements(event, listening.manners, wanted) : [])
          await stanzas.send(stanza)
        if (record) {
          if (flags.include || flags.exclude || event.event === 'message') this.received++
          const answer =
            flags.reply && !isHistory
              ? this.answerTo(event, {bound, signal, stanzas}, replies)
              : undefined
          await hooks.run(record, answer)
        }
      }
      const {position} = follower
      hooks.onDrained(() => {
        release()
        bookmark.advance(position, isStanzaEvent(event) ? keysOf(event) : [])
      })
      if (this.received >= count) break
    }
    await hooks.drain()
  }

  /** How to send what the command says to this event; undefined where nobody is to be answered. */
  private answerTo(
    event: StanzaEvent,
    {bound, signal, stanzas}: Pick<Session, 'bound' | 'signal' | 'stanzas'>,
    replies: Replies,
  ): ((text: string) => Promise<void>) | undefined {
    if (!replies.isAnswerable(event)) return undefined
    return async (text) => {
      const {maxBytes} = await bound
      let answer: Element | undefined
      try {
        for (answer of replies.build(event, text, maxBytes)) await stanzas.sendConfirmed(answer)
      } catch (error) {
        signal.throwIfAborted() // the next run is told, and answers
        const {id = null, to = event.from} = (answer?.attrs ?? {}) as {id?: string; to?: string}
        const bounced = {event: 'error' as const, id, from: to, to: null, type: 'error'}
        await this.events.add({...bounced, error: toFailure(error).toJSON()}, renderEvent)
      }
    }
  }

  /** With the clock having struck before all that was counted on was there. */
  private tooFew({count = 0}: ListenCommandFlags, timeout = 0): Failure {
    const sentence = `${this.received} of ${count} came within ${formatDuration(timeout)}`
    return new Failure('timeout', sentence, EXIT.deadline, {stage: 'request'})
  }

  private async tellTurn(
    event: Exclude<ListenEvent, StanzaEvent>,
    flags: ListenCommandFlags,
  ): Promise<void> {
    if (event.event === 'ready') this.ready = true
    await this.events.add(event)
    if (event.event === 'disconnected') this.warning(`${event.error.message}; coming back`, flags)
    if (event.event === 'reconnected') this.warning('The connection is back', flags)
    if (event.event === 'gap') this.warning(describeGap(event), flags)
  }
}

const describeGap = ({from, room, until}: Gap): string =>
  `Messages ${room ? `in ${room} ` : ''}from ${from} to ${until} may be missing: no archive has them`
