import {Args, Flags} from '@oclif/core'
import {COUNTED, endingOf} from '../../cli/event-log.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {bareJid} from '../../jid.ts'
import {renderPresence} from '../../output/presence.ts'
import {answerPings} from '../../protocol/pong.ts'
import {buildPresence} from '../../protocol/presence.ts'
import {changesOf} from '../../protocol/presence-changes.ts'
import type {Hold, Session} from '../../session/session.ts'

interface Wanted {
  jids: string[]
  count: number
}

export default class PresenceWatch extends XmppCommand {
  static override strict = false
  static override summary = 'Print the presence of contacts, now and whenever it changes'
  static override description =
    prose`The account has to be available for this, and is, with priority -1: contacts see it, and no message is
delivered to it. Ends after --count changes, after --timeout, or with Ctrl-C.
With --json each change is one object on one line, between one of kind ready and one of kind end.`
  static override args = {
    jid: Args.string({
      description: 'only this contact; may be followed by more',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    count: Flags.integer({summary: 'end after so many changes', min: 1, helpValue: 'N'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com --count 1 --timeout 1h --json',
  ]

  protected override defaultTimeout = undefined
  private ready = false
  /** Our full JID. */
  private own = ''
  private received = 0
  private readonly events = this.newEventLog()

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(PresenceWatch)
    const jids = (argv as string[]).map(bareJid)
    let appear = async (): Promise<void> => {}
    const hold: Hold = {
      lost: async (error) => void (await this.events.add({event: 'disconnected', error})),
      back: async (jid, resumed) => {
        this.own = jid
        if (!resumed) await appear() // a new session, of which nobody knows
        await this.events.add({event: 'reconnected', jid, resumed})
      },
    }
    const watch = async (session: Session): Promise<void> => {
      try {
        appear = () => session.stanzas.send(buildPresence({priority: -1}))
        await this.print(session, appear, {jids, count: flags.count ?? Number.POSITIVE_INFINITY})
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
    {count, jids}: Wanted,
  ): Promise<void> {
    const changes = changesOf(stanzas.stanzas(), jids)
    answerPings(stanzas)
    await appear()
    this.own = (await bound).jid
    this.ready = true
    await this.events.add({event: 'ready', jid: this.own})
    for await (const presence of changes) {
      if (presence.jid === this.own) continue // our own, which the server sends back
      await this.events.add({event: 'presence', ...presence}, () => renderPresence(presence))
      if (++this.received >= count) return
    }
  }
}
