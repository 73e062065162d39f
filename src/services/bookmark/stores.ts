/** XEP-0402 §6.3: the places where a server keeps the bookmarks of an account <https://xmpp.org/extensions/xep-0402.html#compatibility> */
import {EXIT, Failure} from '../../errors.ts'
import {preparedJid} from '../../jid-comparison.ts'
import {
  type Bookmark,
  type BookmarkUpdate,
  getBookmarks,
  NS_BOOKMARKS,
  removeBookmark,
  type StoredBookmark,
  saveBookmark,
} from '../../protocol/bookmark/bookmark.ts'
import {
  getPepStorage,
  getPrivateStorage,
  parseStorage,
  putInStorage,
  removeFromStorage,
  setPepStorage,
  setPrivateStorage,
} from '../../protocol/bookmark/bookmark-storage.ts'
import {type DiscoInfo, getInfo} from '../../protocol/core/disco-info.ts'
import {FEATURE_PUBLISH_OPTIONS} from '../../protocol/core/private-node.ts'
import {isAbsent} from '../../protocol/core/pubsub.ts'
import type {Element, Iq} from '../../xml.ts'

/** One item for each bookmark (XEP-0402), or all in one element (XEP-0048): in PEP, or in private XML storage (XEP-0049). */
export type StoreName = 'native' | 'legacy-pep' | 'private-xml'

export interface BookmarkStore {
  readonly name: StoreName
  readonly stored: StoredBookmark[]
  save(update: BookmarkUpdate): Promise<void>
  remove(stored: StoredBookmark): Promise<void>
}

/** XEP-0402 §6.3 and XEP-0411: the server keeps older stores equal to the newer one. */
const COMPATIBLE = {
  private: `${NS_BOOKMARKS}#compat`,
  pep: `${NS_BOOKMARKS}#compat-pep`,
  conversion: 'urn:xmpp:bookmarks-conversion:0',
}

/** The best store first; an older one only if the server does not keep it equal. Throws `unsupported` (69) without any. */
export async function openStores(iq: Iq): Promise<BookmarkStore[]> {
  const [{features}, bookmarks] = await Promise.all([getAccountInfo(iq), getBookmarks(iq)])
  const has = (feature: string): boolean => features.includes(feature)
  const native = has(FEATURE_PUBLISH_OPTIONS) ? [nativeStore(iq, bookmarks)] : []
  const needsPrivate = !has(COMPATIBLE.private) && !has(COMPATIBLE.conversion)
  const [pep, privateXml] = await Promise.all([
    has(COMPATIBLE.pep) || native.length === 0 ? undefined : getPepStorage(iq),
    needsPrivate ? getPrivateStorage(iq) : undefined,
  ])
  const stores = [
    ...native,
    ...(pep ? [new LegacyStore('legacy-pep', pep, (...args) => setPepStorage(iq, ...args))] : []),
    ...(privateXml
      ? [new LegacyStore('private-xml', privateXml, (storage) => setPrivateStorage(iq, storage))]
      : []),
  ]
  if (stores.length > 0) return stores
  throw new Failure('unsupported', 'The server stores no bookmarks', EXIT.unavailable, {
    stage: 'request',
    hint: 'It supports neither XEP-0402 (with publish options) nor XEP-0048',
  })
}

/** Without an address, the server describes the account (XEP-0030 §3). Old servers have no such description. */
async function getAccountInfo(iq: Iq): Promise<DiscoInfo> {
  try {
    return await getInfo(iq)
  } catch (error) {
    if (isAbsent(error)) return {identities: [], features: []}
    throw error
  }
}

const nativeStore = (iq: Iq, stored: StoredBookmark[]): BookmarkStore => ({
  name: 'native',
  stored,
  save: (update) => saveBookmark(iq, update),
  remove: ({bookmark}) => removeBookmark(iq, bookmark.room),
})

/** All bookmarks in one element, which each change replaces. */
class LegacyStore implements BookmarkStore {
  readonly name: StoreName
  readonly #write: (storage: Element, makePrivate: boolean) => Promise<void>
  #storage: Element

  constructor(
    name: StoreName,
    storage: Element,
    write: (storage: Element, makePrivate: boolean) => Promise<void>,
  ) {
    this.name = name
    this.#storage = storage
    this.#write = write
  }

  get stored(): StoredBookmark[] {
    return parseStorage(this.#storage)
  }

  async save(update: BookmarkUpdate): Promise<void> {
    await this.#replace(putInStorage(this.#storage, update), update.makePrivate)
  }

  async remove(stored: StoredBookmark): Promise<void> {
    await this.#replace(removeFromStorage(this.#storage, stored), false)
  }

  async #replace(storage: Element, makePrivate: boolean): Promise<void> {
    await this.#write(storage, makePrivate)
    this.#storage = storage
  }
}

export const findIn = ({stored}: BookmarkStore, room: string): StoredBookmark | undefined =>
  stored.find(({bookmark}) => bookmark.room === room) ??
  stored.find(({bookmark}) => preparedJid(bookmark.room) === preparedJid(room))

/** Of each room, the bookmark in the best store. Sorted by address. */
export function mergeBookmarks(stores: BookmarkStore[]): (Bookmark & {store: StoreName})[] {
  const rooms = new Map<string, Bookmark & {store: StoreName}>()
  for (const {name, stored} of stores)
    for (const {bookmark} of stored) {
      const key = preparedJid(bookmark.room)
      if (!rooms.has(key)) rooms.set(key, {...bookmark, store: name})
    }
  return [...rooms.values()].sort((a, b) => (a.room < b.room ? -1 : 1))
}
