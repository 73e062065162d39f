import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {heldSpellings} from '../../held-jid.ts'
import {renderBookmarkChange} from '../../output/bookmark.ts'
import {removeBookmarks} from '../../services/bookmark/change.ts'
import type {JidOutcome} from '../../services/room/outcomes.ts'

export default class BookmarkRemove extends XmppCommand {
  static override strict = false
  static override summary = 'Remove bookmarks of rooms'
  static override description =
    unwrap`Write each room as in the output of bookmark list. A room without a bookmark is an error (67). The rooms stay
as they are.`
  static override args = {
    room: Args.string({
      required: true,
      description: 'address of the room; repeatable',
      ignoreStdin: true,
    }),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> tea@conference.example.com']

  async run(): Promise<{items: JidOutcome<'removed'>[]}> {
    const {argv, flags} = await this.parse(BookmarkRemove)
    const rooms = (argv as string[]).map(heldSpellings)
    const items = await this.session(flags, ({iq}) => removeBookmarks(iq, rooms))
    for (const {error, jid} of items) {
      if (error) this.failWith(error.about(jid))
      else await this.text(renderBookmarkChange(jid, 'removed'))
    }
    return {items}
  }
}
