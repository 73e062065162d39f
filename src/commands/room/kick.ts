import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderKicked} from '../../output/room.ts'
import {kick} from '../../protocol/muc/admin.ts'
import {occupantIn} from '../../protocol/muc/room.ts'
import {
  entryFlags,
  readEntry,
  reasonFlag,
  roomArg,
  roomJid,
  withNick,
} from '../../services/room/flags.ts'
import {asOccupant} from '../../services/room/occupant.ts'

export default class RoomKick extends XmppCommand {
  static override summary = 'Remove an occupant from a room'
  static override description =
    unwrap`Only a moderator may do this. The command enters the room for the moment that this takes. The user may enter
again; to prevent this, set the affiliation outcast.`
  static override args = {
    room: roomArg,
    occupant: Args.string({required: true, description: 'nickname to remove', ignoreStdin: true}),
  }
  static override flags = {
    reason: reasonFlag({summary: 'text that the room shows'}),
    ...entryFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com tybalt --reason "Off topic"',
  ]

  async run(): Promise<{room: string; nick: string}> {
    const {args, flags} = await this.parse(RoomKick)
    const room = roomJid(args.room)
    const nick = occupantIn(room, args.occupant).slice(room.length + 1)
    const entry = await readEntry(room, flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    await this.sessionWith(settings, flags, ({stanzas}) =>
      asOccupant(stanzas, room, withNick(entry, settings.jid), () =>
        kick(stanzas, room, nick, flags.reason),
      ),
    )
    await this.text(renderKicked(room, nick))
    return {room, nick}
  }
}
