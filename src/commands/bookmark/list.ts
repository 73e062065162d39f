import {saveRoomNames} from '../../account/state/completion-values.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderBookmarks} from '../../output/bookmark.ts'
import {type ShownBookmark, withoutPassword} from '../../services/bookmark/change.ts'
import {mergeBookmarks, openStores, type StoreName} from '../../services/bookmark/stores.ts'

export default class BookmarkList extends XmppCommand {
  static override summary = 'List the bookmarked rooms of this account'
  static override description =
    unwrap`The columns are room, name, nickname, and whether clients enter the room when they start (autojoin). Passwords
are not printed. Bookmarks are read from XEP-0402, and from the older XEP-0048 if the server does not keep both equal.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".bookmarks[] | select(.autojoin).room"',
  ]

  async run(): Promise<{bookmarks: (ShownBookmark & {store: StoreName})[]}> {
    const {flags} = await this.parse(BookmarkList)
    const settings = await this.settings(flags)
    const stores = await this.sessionWith(settings, flags, ({iq}) => openStores(iq))
    const bookmarks = mergeBookmarks(stores).map(withoutPassword)
    const rooms = bookmarks.map(({room}) => room)
    await saveRoomNames(process.env, settings.jid.bare, rooms)
    await this.text(await renderBookmarks(bookmarks, this.terminal()))
    return {bookmarks}
  }
}
