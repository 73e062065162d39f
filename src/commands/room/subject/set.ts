import {Args} from '@oclif/core'
import {XmppCommand} from '../../../cli/base-command.ts'
import {unwrap} from '../../../cli/unwrap.ts'
import {renderSubjectChange} from '../../../output/room.ts'
import {checkText} from '../../../protocol/core/text.ts'
import {entryFlags, readEntry, roomArg, roomJid, withNick} from '../../../services/room/flags.ts'
import {setSubject} from '../../../services/room/subject.ts'

export default class RoomSubjectSet extends XmppCommand {
  static override summary = 'Set the subject of a room'
  static override description =
    unwrap`The command enters the room, changes the subject, and leaves when the room has shown the change. An empty text
removes the subject.`
  static override args = {
    room: roomArg,
    subject: Args.string({required: true, description: 'new subject', ignoreStdin: true}),
  }
  static override flags = entryFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com "Release on Friday"',
  ]

  async run(): Promise<{room: string; subject: string}> {
    const {args, flags} = await this.parse(RoomSubjectSet)
    const room = roomJid(args.room)
    const subject = checkText(args.subject, 'The subject')
    const entry = await readEntry(room, flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    await this.sessionWith(settings, flags, ({stanzas}) =>
      setSubject(stanzas, room, withNick(entry, settings.jid), subject),
    )
    await this.text(renderSubjectChange(room, subject))
    return {room, subject}
  }
}
