import {saveRoomNames} from '../../account/state/completion-values.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderBookmarkChange} from '../../output/bookmark.ts'
import {type BookmarkResult, putBookmark} from '../../services/bookmark/change.ts'
import {bookmarkFlags, readBookmark} from '../../services/bookmark/flags.ts'
import {roomArg, roomJid} from '../../services/room/flags.ts'

export default class BookmarkAdd extends XmppCommand {
  static override summary = 'Bookmark a room, or change its bookmark'
  static override description = [
    unwrap`The server stores the bookmark, and all clients of the account see it. For an existing bookmark, only the
given values change. Values that other clients have stored in it are kept.`,
    unwrap`A password is stored too, from the flags or XMPP_ROOM_PASSWORD; the administrators of the server can read it.
The command refuses to store a bookmark where others can read it (78), unless --make-private is given.`,
  ].join('\n\n')
  static override args = {room: roomArg}
  static override flags = bookmarkFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@conference.example.com --name "Tea time" --autojoin',
    '<%= config.bin %> <%= command.id %> tea@conference.example.com --room-password-file password',
  ]

  async run(): Promise<BookmarkResult> {
    const {args, flags} = await this.parse(BookmarkAdd)
    const room = roomJid(args.room)
    const change = await readBookmark(room, flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    const result = await this.sessionWith(settings, flags, ({iq}) =>
      putBookmark(iq, room, change, flags['make-private']),
    )
    await saveRoomNames(process.env, settings.jid.bare, [result.room])
    await this.text(renderBookmarkChange(result.room, result.state))
    return result
  }
}
