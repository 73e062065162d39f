import {XmppCommand} from '../../../cli/base-command.ts'
import {unwrap} from '../../../cli/unwrap.ts'
import {sanitizeText} from '../../../output/sanitize.ts'
import {entryFlags, readEntry, roomArg, roomJid, withNick} from '../../../services/room/flags.ts'
import {getSubject} from '../../../services/room/subject.ts'

export default class RoomSubjectGet extends XmppCommand {
  static override summary = 'Print the subject of a room'
  static override description =
    unwrap`The command enters the room only if the room does not publish its subject.`
  static override args = {room: roomArg}
  static override flags = entryFlags
  static override examples = ['<%= config.bin %> <%= command.id %> tea@conference.example.com']

  async run(): Promise<{room: string; subject: string}> {
    const {args, flags} = await this.parse(RoomSubjectGet)
    const room = roomJid(args.room)
    const entry = await readEntry(room, flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    const subject = await this.sessionWith(settings, flags, ({stanzas}) =>
      getSubject(stanzas, room, withNick(entry, settings.jid)),
    )
    await this.text(sanitizeText(subject, ''))
    return {room, subject}
  }
}
