import {withOptionalValue} from '../../cli/argv.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderSetPresence, type SetPresence} from '../../output/presence.ts'
import {renderNewRoom} from '../../output/room.ts'
import type {CreatedRoom} from '../../protocol/muc/owner.ts'
import {presenceSender} from '../../protocol/presence/send-presence.ts'
import {FOREVER, readHold, readPresence, setPresenceFlags} from '../../services/presence/flags.ts'
import {holdPresence} from '../../services/presence/hold-presence.ts'

export default class PresenceSet extends XmppCommand {
  static override summary = 'Set the presence of this account'
  static override description =
    unwrap`A presence lasts as long as its session: without --hold, contacts see it for a moment and then see the
account go offline. With --hold the session stays open and answers pings until the duration is over or Ctrl-C is
pressed. It reads no messages, so its default priority is -1: the server delivers messages to other clients or stores
them. With --priority 0 or more, the server delivers stored messages to this session, and they are lost. With --to
ROOM/NICK the account joins the room for that time; --create creates a missing room and reports it.`
  static override flags = setPresenceFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> --show dnd --status "Deploying" --hold 10m',
    '<%= config.bin %> <%= command.id %> --show xa --hold --farewell "Back tomorrow" &',
    '<%= config.bin %> <%= command.id %> --to tea@conference.example.com/bot --hold 1h',
  ]

  protected override holdsOpen = ({hold}: {hold?: string}) => hold !== undefined

  async run(): Promise<SetPresence | undefined> {
    this.argv = withOptionalValue(this.argv, '--hold', FOREVER)
    const {flags} = await this.parse(PresenceSet)
    const {farewell, hold} = flags
    const presence = readPresence(flags)
    const {priority, show, status = null, statuses, to = null} = presence
    const result: SetPresence = {show, status, statuses, priority, to}
    const onCreated = (kind: CreatedRoom): void => {
      result.roomCreated = kind
      this.warning(renderNewRoom(kind, to))
    }
    const creation = {create: flags.create, onCreated}
    if (hold === undefined) {
      await this.session(flags, ({stanzas}) => presenceSender(stanzas, presence, creation)())
      await this.text(renderSetPresence(result))
      return result
    }
    const longest = readHold(hold)
    const {timeout = Number.POSITIVE_INFINITY, ...settings} = await this.settings(flags)
    const options = {
      ...{creation, farewell},
      span: Math.min(longest, timeout),
      onShown: () => this.emit([result], renderSetPresence), // now, and not at the end of the run
      warn: this.warning,
    }
    await holdPresence(presence, options, (use, held) =>
      this.sessionWith({...settings, timeout: undefined}, flags, use, held),
    )
    return undefined
  }
}
