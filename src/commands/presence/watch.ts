import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {COUNTED, endingOf} from '../../cli/event-log.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderPresence} from '../../output/presence.ts'
import {answerPings} from '../../protocol/core/ping.ts'
import {buildPresence, type Presence} from '../../protocol/presence/presence.ts'
import {PresenceTracker} from '../../protocol/presence/presence-tracker.ts'
import {probesAnswered} from '../../protocol/presence/probe.ts'
import type {Hold, Session} from '../../session/session.ts'

export default class PresenceWatch extends XmppCommand {
  static override strict = false
  static override summary = 'Print the presence of contacts and each change'
  static override description =
    unwrap`The account becomes available with priority -1: contacts see it, and the server delivers no message to this
session. The command ends after --count changes, after --timeout, or with Ctrl-C. With --json each change is one
object on one line, between an event of kind ready and one of kind end.`
  static override args = {
    jid: Args.string({
      description: 'watch only this contact; repeatable',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    count: Flags.integer({summary: 'end after N changes', min: 1, helpValue: 'N'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com --count 1 --timeout 1h --json',
  ]

  protected override holdsOpen = () => true
  private ready = false
  /** Our full JIDs, of each session. */
  private readonly own = new Set<string>()
  private received = 0
  private readonly events = this.newEventLog()

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(PresenceWatch)
    const changes = new PresenceTracker((argv as string[]).map(bareJid))
    let appear = async (): Promise<void> => {}
    let onNewSession = (): void => {}
    const hold: Hold = {
      onDisconnect: async (error) => void (await this.events.add({event: 'disconnected', error})),
      onReconnect: async (jid, resumed) => {
        this.own.add(jid)
        if (!resumed) await appear() // a new session, of which nobody knows
        await this.events.add({event: 'reconnected', jid, resumed})
        if (!resumed) onNewSession()
      },
    }
    const watch = async (session: Session): Promise<void> => {
      try {
        appear = () => session.stanzas.sendConfirmed(buildPresence({priority: -1}))
        onNewSession = () => changes.newSession(probesAnswered(session.iq, changes.available))
        const all = changes.changes(session.stanzas.incoming())
        await this.print(session, appear, all, flags.count ?? Number.POSITIVE_INFINITY)
        await this.endEvents(this.events, COUNTED, this.received)
      } catch (error) {
        if (!this.ready) throw error
        const ending = endingOf(error, flags.count !== undefined)
        await this.endEvents(this.events, ending, this.received)
      }
    }
    await this.session(flags, watch, {hold})
  }

  private async print(
    {bound, stanzas}: Session,
    appear: () => Promise<void>,
    changes: AsyncIterable<Presence>,
    count: number,
  ): Promise<void> {
    answerPings(stanzas)
    await appear()
    const {jid} = await bound
    this.own.add(jid)
    this.ready = true
    await this.events.add({event: 'ready', jid})
    for await (const presence of changes) {
      if (this.own.has(presence.jid)) continue // our own, which the server sends back
      await this.events.add({event: 'presence', ...presence}, () => renderPresence(presence))
      if (++this.received >= count) return
    }
  }
}
