import {Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {bareJid} from '../../jid.ts'
import {renderCreated} from '../../output/room.ts'
import type {RoomInfo} from '../../protocol/muc/room-info.ts'
import {fieldFlags, readAnswers} from '../../services/form/flags.ts'
import {createRoom} from '../../services/room/create.ts'
import {entryFlags, readEntry, roomArg, roomJid, withNick} from '../../services/room/flags.ts'
import {PRESETS} from '../../services/room/presets.ts'

export default class RoomCreate extends XmppCommand {
  static override summary = 'Create a persistent room'
  static override description = [
    unwrap`The command configures the room before other users can enter, and leaves it. It refuses a room that exists
already, and removes a room again that it could not configure.`,
    unwrap`Presets: private and team are hidden and for members only, and members see the JIDs of the others; in team,
members may also invite and change the subject. public is listed and open, and only moderators see JIDs. Without a
preset, the defaults of the service apply. Fields may be written without muc#roomconfig_: --field roomname=Tea.`,
  ].join('\n\n')
  static override args = {room: roomArg}
  static override flags = {
    preset: Flags.option({options: PRESETS})({
      summary: 'configuration for a common purpose',
      helpValue: PRESETS.join('|'),
    }),
    ...fieldFlags,
    member: Flags.string({
      summary: 'make this JID a member; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'JID',
    }),
    nick: entryFlags.nick,
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@chat.example.com --preset team --member bob@example.com',
    '<%= config.bin %> <%= command.id %> tea@chat.example.com --field roomname="Tea time"',
  ]

  async run(): Promise<{room: string} & RoomInfo> {
    const {args, flags} = await this.parse(RoomCreate)
    const room = roomJid(args.room)
    const members = [...new Set((flags.member ?? []).map(bareJid))]
    const signal = this.timeLimit(flags)
    const entry = await readEntry(room, {nick: flags.nick}, signal)
    const given = await readAnswers(flags, signal)
    const settings = await this.settings(flags)
    const info = await this.sessionWith(settings, flags, ({stanzas}) =>
      createRoom(stanzas, withNick(entry, settings.jid), {
        ...{given, members, room},
        preset: flags.preset,
      }),
    )
    await this.text(renderCreated(room))
    return {room, ...info}
  }
}
