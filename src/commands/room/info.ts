import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderRoomInfo} from '../../output/room.ts'
import {getRoomInfo} from '../../protocol/muc/room.ts'
import type {RoomInfo} from '../../protocol/muc/room-info.ts'
import {roomArg, roomJid} from '../../services/room/flags.ts'

export default class RoomInfoCommand extends XmppCommand {
  static override summary = 'Show the properties of a room without entering it'
  static override description =
    unwrap`Prints the values that the room publishes. In JSON, a value that the room does not publish is null.`
  static override args = {room: roomArg}
  static override examples = ['<%= config.bin %> <%= command.id %> tea@conference.example.com']

  async run(): Promise<{room: string} & RoomInfo> {
    const {args, flags} = await this.parse(RoomInfoCommand)
    const room = roomJid(args.room)
    const info = await this.session(flags, ({iq}) => getRoomInfo(iq, room))
    await this.text(await renderRoomInfo(info, this.terminal()))
    return {room, ...info}
  }
}
