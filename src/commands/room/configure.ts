import {XmppCommand} from '../../cli/base-command.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderConfiguration} from '../../output/room.ts'
import {fieldFlags, readAnswers} from '../../services/form/flags.ts'
import {configureRoom, type RoomConfiguration} from '../../services/room/configure.ts'
import {roomArg, roomJid} from '../../services/room/flags.ts'

export default class RoomConfigure extends XmppCommand {
  static override summary = 'Show or change the configuration of a room'
  static override description = [
    unwrap`Only an owner may do this. Fields without a new value keep their value. Fields may be written without
muc#roomconfig_: --field roomname=Tea.`,
    unwrap`Without values, the command asks for each field on a terminal. Elsewhere, or with --json, it prints the form and
changes nothing. Passwords are not printed.`,
  ].join('\n\n')
  static override args = {room: roomArg}
  static override flags = fieldFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com --json > form.json',
    '<%= config.bin %> <%= command.id %> tea@conference.example.com --field moderatedroom=yes',
  ]

  // There is no time limit for filling in a form.
  protected override holdsOpen = canAsk

  async run(): Promise<{room: string} & RoomConfiguration> {
    const {args, flags} = await this.parse(RoomConfigure)
    const room = roomJid(args.room)
    const given = await readAnswers(flags, this.timeLimit(flags))
    const interactive = canAsk() && !this.jsonEnabled()
    const result = await this.session(flags, ({iq, signal}) =>
      configureRoom(iq, room, given, {interactive, signal}),
    )
    await this.text(await renderConfiguration(room, result, this.terminal()))
    return {room, ...result}
  }
}
