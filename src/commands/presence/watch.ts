import {Args, Flags} from '@oclif/core'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {EXIT, Failure} from '../../errors.ts'
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
  private sequence = 0
  private received = 0

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(PresenceWatch)
    const jids = (argv as string[]).map(bareJid)
    let appear = async (): Promise<void> => {}
    const hold: Hold = {
      lost: (error) => this.event({event: 'disconnected', error}),
      back: async (jid, resumed) => {
        this.own = jid
        if (!resumed) await appear() // a new session, of which nobody knows
        await this.event({event: 'reconnected', jid, resumed})
      },
    }
    const watch = async (session: Session): Promise<void> => {
      try {
        appear = () => session.stanzas.send(buildPresence({priority: -1}))
        await this.print(session, appear, {jids, count: flags.count ?? Number.POSITIVE_INFINITY})
        await this.end('count', EXIT.ok)
      } catch (error) {
        if (!(error instanceof Failure) || !this.ready) throw error
        await this.endWith(error, flags.count)
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
    await this.event({event: 'ready', jid: this.own})
    for await (const presence of changes) {
      if (presence.jid === this.own) continue // our own, which the server sends back
      await this.event({event: 'presence', ...presence}, () => renderPresence(presence))
      if (++this.received >= count) return
    }
  }

  /** The clock and a signal are normal ends, unless something that was counted on did not come. */
  private async endWith(failure: Failure, count: number | undefined): Promise<void> {
    if (failure.code === 'timeout')
      return this.end('timeout', count === undefined ? EXIT.ok : EXIT.deadline)
    if (failure.code === 'interrupted') return this.end('signal', failure.exitCode)
    if (failure.code === 'reader-left') return
    if (!this.jsonEnabled()) throw failure
    await this.end('stream-error', failure.exitCode, failure)
  }

  private async end(reason: string, exitCode: number, error: Failure | null = null): Promise<void> {
    process.exitCode = exitCode
    await this.event({event: 'end', reason, received: this.received, exitCode, error})
  }

  private async event(event: object, render?: () => string): Promise<void> {
    const record = {seq: this.sequence++, time: new Date().toISOString(), ...event}
    if (this.jsonEnabled()) await this.emit(record, () => '')
    else if (render) await this.text(render())
  }
}
