import type {Interfaces} from '@oclif/core'
import {Bookmark} from '../cli/bookmark.ts'
import {COUNTED, endingOf} from '../cli/event-log.ts'
import {Hooks} from '../cli/hook.ts'
import {listenFlags, readListening} from '../cli/listen-flags.ts'
import {type SharedFlags, XmppCommand} from '../cli/xmpp-command.ts'
import {type Failure, toFailure} from '../errors.ts'
import {renderEvent} from '../output/event.ts'
import {acknowledgementsOf} from '../protocol/acknowledge.ts'
import {answerQuestions, buildOwnCaps} from '../protocol/answers.ts'
import type {StanzaEvent} from '../protocol/event.ts'
import {isWanted} from '../protocol/event-filter.ts'
import {buildAnswer, isAnswerable} from '../protocol/event-reply.ts'
import {Follower, type Happening, isStanzaEvent} from '../protocol/follow.ts'
import {buildPresence} from '../protocol/presence.ts'
import type {Session} from '../session/session.ts'
import type {Element, Stanzas} from '../xml.ts'

type Flags = Interfaces.InferredFlags<typeof listenFlags> & SharedFlags
type Listening = Awaited<ReturnType<typeof readListening>>

const NODE = 'https://www.npmjs.com/package/xmpp-cli'

export default class Listen extends XmppCommand {
  static override summary = 'Print messages as they arrive'
  static override description = [
    'The account becomes available, so messages that waited for it are delivered. Ends after --count messages,',
    'after --timeout, or with Ctrl-C. A connection that breaks is taken up again, and what was said meanwhile is',
    'told then.\n\nWhat a run did not print before its end, the next one on this machine prints first; after a',
    'crash that may be what was printed in the last moment as well: compare the stanza id.',
  ].join(' ')
  static override flags = listenFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json --count 1 --from juliet@example.com --timeout 5m',
    '<%= config.bin %> <%= command.id %> --room ops@conference.example.com --since 1h --include message',
    "<%= config.bin %> <%= command.id %> --include message --exec './answer.sh' --reply",
  ]

  protected override defaultTimeout = undefined
  private ready = false
  private received = 0
  private readonly events = this.newEventLog()

  async run(): Promise<void> {
    const {flags} = await this.parse(Listen)
    const settings = await this.settings(flags)
    const listening = await readListening(flags, settings.jid)
    const bookmark = new Bookmark(listening.following.own, settings.server, (sentence) =>
      this.warning(sentence, flags),
    )
    const left = await bookmark.load()
    let follower: Follower | undefined
    const use = async (session: Session): Promise<void> => {
      const buildOwnPresence = this.introduce(session.stanzas, flags)
      const following = {...listening.following, left, buildPresence: buildOwnPresence}
      follower = new Follower(session.stanzas, following)
      try {
        await this.listen(session, follower, {bookmark, flags, listening})
        await this.endEvents(this.events, COUNTED, this.received)
      } catch (error) {
        if (!this.ready) throw error
        const ending = endingOf(error, flags.count !== undefined)
        await this.endEvents(this.events, ending, this.received)
      }
    }
    const hold = {
      lost: (failure: Failure) => follower?.lost(failure),
      back: (jid: string, resumed: boolean) => follower?.back(jid, resumed),
    }
    await this.sessionWith(settings, flags, use, {hold}).finally(() => bookmark.close())
  }

  /** Sets up what we answer, and returns the presence that says so. */
  private introduce(stanzas: Stanzas, flags: Flags): () => Element {
    const {priority, status} = flags
    if (flags['no-reply']) return () => buildPresence({priority, status})
    const software = {name: 'xmpp-cli', version: this.config.version, node: NODE}
    answerQuestions(stanzas, software)
    return () => {
      const presence = buildPresence({priority, status})
      presence.append(buildOwnCaps(software))
      return presence
    }
  }

  private async listen(
    {bound, signal, stanzas}: Session,
    follower: Follower,
    {bookmark, flags, listening}: {bookmark: Bookmark; flags: Flags; listening: Listening},
  ): Promise<void> {
    const {count = Number.POSITIVE_INFINITY} = flags
    const hooks = new Hooks(flags, this.events, signal)
    for await (const {event, news} of follower.events(bound)) {
      signal.throwIfAborted() // some may have waited for their turn
      const release = hooks.ahead ? stanzas.hold() : undefined
      if (!isStanzaEvent(event)) await this.tellTurn(event, flags)
      else {
        if (isWanted(event, listening.filter)) {
          const record = await this.events.add(event, renderEvent)
          if (flags.include || event.event === 'message') this.received++
          await hooks.run(record, this.answerTo(event, stanzas, {flags, listening}))
        }
        for (const stanza of news ? acknowledgementsOf(event, listening.manners) : [])
          await stanzas.post(stanza)
      }
      const {position} = follower
      hooks.after(() => {
        release?.()
        bookmark.moved(position)
      })
      if (this.received >= count) break
    }
    await hooks.drain()
  }

  /** How to send what the command says to this event; undefined where nobody is to be answered. */
  private answerTo(
    event: StanzaEvent,
    stanzas: Stanzas,
    {flags, listening}: {flags: Flags; listening: Listening},
  ): ((text: string) => Promise<void>) | undefined {
    const {own, rooms} = listening.following
    const nicks = new Map(rooms.map(({nick, room}) => [room, nick]))
    if (!flags.reply || !isAnswerable(event, own, nicks)) return undefined
    return async (text) => {
      const answer = buildAnswer(event, text)
      const {id, to} = answer.attrs as {id: string; to: string}
      try {
        await stanzas.send(answer)
      } catch (error) {
        const failure = toFailure(error)
        const bounced = {event: 'error' as const, id, from: to, to: null, type: 'error'}
        await this.events.add({...bounced, error: failure.toJSON()}, renderEvent)
      }
    }
  }

  private async tellTurn(event: Exclude<Happening, StanzaEvent>, flags: Flags): Promise<void> {
    if (event.event === 'ready') this.ready = true
    await this.events.add(event)
    if (event.event === 'disconnected') this.warning(`${event.error.message}; coming back`, flags)
    if (event.event === 'reconnected') this.warning('The connection is back', flags)
  }
}
