import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderInvited} from '../../output/room.ts'
import {
  entryFlags,
  readEntry,
  reasonFlag,
  roomArg,
  roomJid,
  withNick,
} from '../../services/room/flags.ts'
import {inviteAll} from '../../services/room/invite.ts'
import type {JidOutcome} from '../../services/room/outcomes.ts'

export default class RoomInvite extends XmppCommand {
  static override strict = false
  static override summary = 'Invite users to a room'
  static override description =
    unwrap`The room sends the invitations. A room for members only makes the users members, if this account may do
that. The command enters the room if the room requires it.`
  static override args = {
    room: roomArg,
    jid: Args.string({
      required: true,
      description: 'user to invite; repeatable',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    reason: reasonFlag({summary: 'text of the invitation'}),
    ...entryFlags,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com romeo@example.com',
  ]

  async run(): Promise<{room: string; items: JidOutcome<'invited'>[]}> {
    const {args, argv, flags} = await this.parse(RoomInvite)
    const room = roomJid(args.room)
    const jids = [...new Set((argv as string[]).slice(1).map(bareJid))]
    const entry = await readEntry(room, flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    const items = await this.sessionWith(settings, flags, ({stanzas}) =>
      inviteAll(stanzas, withNick(entry, settings.jid), {room, jids, reason: flags.reason}),
    )
    await this.printResults(items, ({jid}) => jid, renderInvited)
    return {room, items}
  }
}
