import {Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {confirm} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {destroyPrompt, renderDestroyed} from '../../output/room.ts'
import {destroyRoom} from '../../protocol/muc/owner.ts'
import {getRoomInfo} from '../../protocol/muc/room.ts'
import {reasonFlag, roomArg, roomJid} from '../../services/room/flags.ts'

export default class RoomDestroy extends XmppCommand {
  static override summary = 'Remove a room, permanently'
  static override description =
    unwrap`Only an owner may do this. The service removes all occupants, and in most cases also the archive of the room.`
  static override args = {room: roomArg}
  static override flags = {
    yes: Flags.boolean({summary: 'do not ask for a confirmation'}),
    reason: reasonFlag({summary: 'text for the occupants'}),
    alternate: Flags.string({summary: 'room to use instead', helpValue: 'ROOM'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@chat.example.com --yes',
    '<%= config.bin %> <%= command.id %> tea@chat.example.com --alternate new-tea@chat.example.com',
  ]

  async run(): Promise<{room: string; destroyed: true}> {
    const {args, flags} = await this.parse(RoomDestroy)
    const room = roomJid(args.room)
    const {reason} = flags
    const alternate = flags.alternate === undefined ? undefined : roomJid(flags.alternate)
    if (!flags.yes)
      await confirm(destroyPrompt(room), `${room} was not removed`, this.givenTimeLimit(flags))
    await this.session(flags, async ({iq}) => {
      await getRoomInfo(iq, room)
      await destroyRoom(iq, room, {alternate, reason})
    })
    await this.text(renderDestroyed(room))
    return {room, destroyed: true}
  }
}
