import {Flags} from '@oclif/core'
import {withOptionalValue} from '../../cli/argv.ts'
import {type SharedFlags, XmppCommand} from '../../cli/base-command.ts'
import {parseFlag} from '../../cli/parse-flag.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {renderSetPresence, type SetPresence} from '../../output/presence.ts'
import {answerPings} from '../../protocol/core/ping.ts'
import {buildPresence, type OutgoingPresence, SHOWS} from '../../protocol/presence/presence.ts'
import {presenceSender} from '../../protocol/presence/send-presence.ts'
import {holdOpen} from '../../services/presence/hold.ts'
import {parseLangTexts} from '../../services/presence/lang-text.ts'
import type {Hold, Session} from '../../session/session.ts'
import type {Element} from '../../xml.ts'

const FOREVER = 'forever'

export default class PresenceSet extends XmppCommand {
  static override summary = 'Set the presence of this account'
  static override description =
    unwrap`A presence lasts as long as its session: without --hold, contacts see it for a moment and then see the
account go offline. With --hold the session stays open and answers pings until the duration is over or Ctrl-C is
pressed. It reads no messages, so its default priority is -1: the server delivers messages to other clients or stores
them. With --priority 0 or more, the server delivers stored messages to this session, and they are lost. With --to
ROOM/NICK the account joins the room for that time.`
  static override flags = {
    show: Flags.option({options: SHOWS, default: 'online' as const})({
      summary: 'how available',
      helpValue: SHOWS.join('|'),
    }),
    status: Flags.string({summary: 'status message', helpValue: 'TEXT'}),
    'status-in': Flags.string({
      summary: 'status message in a language, such as de=Mittagspause; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'LANG=TEXT',
    }),
    priority: Flags.integer({
      summary: '-128 to 127; below 0 the session receives no messages; default: -1',
      default: -1,
      min: -128,
      max: 127,
      helpValue: 'N',
    }),
    to: Flags.string({
      summary: 'send the presence only to this JID; for a room use ROOM/NICK',
      helpValue: 'JID',
    }),
    'photo-hash': Flags.string({
      summary: 'SHA-1 of the avatar of this account, for old clients (XEP-0153)',
      helpValue: 'HEX',
    }),
    hold: Flags.string({
      summary: 'keep the session open for DURATION; default: until interrupted',
      helpValue: '[DURATION]',
    }),
    farewell: Flags.string({
      summary: 'status sent with the final unavailable presence when --hold ends',
      helpValue: 'TEXT',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --show dnd --status "Deploying" --hold 10m',
    '<%= config.bin %> <%= command.id %> --show xa --hold --farewell "Back tomorrow" &',
    '<%= config.bin %> <%= command.id %> --to tea@conference.example.com/bot --hold 1h',
  ]

  protected override holdsOpen = ({hold}: {hold?: string}) => hold !== undefined

  async run(): Promise<SetPresence | undefined> {
    this.argv = withOptionalValue(this.argv, '--hold', FOREVER)
    const {flags} = await this.parse(PresenceSet)
    const {farewell, hold, 'photo-hash': photoHash, priority, show, status} = flags
    if (farewell !== undefined && hold === undefined)
      throw new Failure('usage', '--farewell needs --hold', EXIT.usage)
    const to = flags.to === undefined ? undefined : parseJid(flags.to).full
    const statuses = parseLangTexts(flags['status-in'])
    const presence = {show, status, statuses, priority, to, photoHash}
    buildPresence(presence) // invalid values are found before the program connects
    const result = {show, status: status ?? null, statuses, priority, to: to ?? null}

    if (hold !== undefined) {
      const span =
        hold === FOREVER ? Number.POSITIVE_INFINITY : parseFlag('--hold', hold, parseDuration)
      const goodbye = buildPresence({show: 'offline', status: farewell, to})
      const told = (): Promise<void> => this.emit(result, renderSetPresence)
      await this.hold(flags, {goodbye, presence, span, told})
      return undefined // told when it became true
    }
    await this.session(flags, ({stanzas}) => presenceSender(stanzas, presence)())
    await this.text(renderSetPresence(result))
    return result
  }

  private async hold(flags: SharedFlags, {goodbye, presence, span, told}: Held): Promise<void> {
    const {timeout, ...settings} = await this.settings(flags)
    const holding = holdOpen(Math.min(span, timeout ?? Number.POSITIVE_INFINITY))
    let say = async (): Promise<void> => {}
    const hold: Hold = {
      onDisconnect: ({message}) => this.warning(message, flags),
      onReconnect: (_jid, resumed) => (resumed ? undefined : say()), // of a new session nobody knows
    }
    const use = async ({signal, stanzas}: Session): Promise<void> => {
      say = presenceSender(stanzas, presence)
      answerPings(stanzas)
      await say()
      await told()
      await holding.wait(signal)
      await stanzas.sendConfirmed(goodbye)
    }
    const manner = {hold, interrupt: holding.interrupt}
    await this.sessionWith({...settings, timeout: undefined}, flags, use, manner)
  }
}

interface Held {
  presence: OutgoingPresence
  goodbye: Element
  /** Milliseconds; infinite where only a signal ends it. */
  span: number
  /** Called once the presence is out. */
  told(): Promise<void>
}
