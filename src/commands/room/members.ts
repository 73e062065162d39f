import {Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderHiddenLists, renderMembers} from '../../output/room.ts'
import {AFFILIATIONS} from '../../protocol/muc/admin.ts'
import {roomArg, roomJid} from '../../services/room/flags.ts'
import {listMembers, type VisibleMembers} from '../../services/room/members.ts'

export default class RoomMembers extends XmppCommand {
  static override summary = 'List the owners, admins and members of a room'
  static override description =
    unwrap`The list has the affiliations that the room stores, whether the users are in the room or not. Many rooms show it
to owners and admins only.`
  static override args = {room: roomArg}
  static override flags = {
    affiliation: Flags.option({options: AFFILIATIONS, multiple: true, multipleNonGreedy: true})({
      summary: 'list only this affiliation; outcast: banned users; repeatable',
      helpValue: AFFILIATIONS.join('|'),
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com',
    '<%= config.bin %> <%= command.id %> tea@conference.example.com --affiliation outcast',
  ]

  async run(): Promise<{room: string} & VisibleMembers> {
    const {args, flags} = await this.parse(RoomMembers)
    const room = roomJid(args.room)
    const affiliations = [...new Set(flags.affiliation ?? (['owner', 'admin', 'member'] as const))]
    const {hidden, members} = await this.session(flags, ({iq}) =>
      listMembers(iq, room, affiliations),
    )
    await this.text(await renderMembers(members, this.terminal()))
    if (hidden.length > 0) this.warning(renderHiddenLists(hidden))
    return {room, members, hidden}
  }
}
