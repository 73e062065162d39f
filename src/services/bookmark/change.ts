/** XEP-0402 §3: changes to the bookmarks of an account <https://xmpp.org/extensions/xep-0402.html#workflow> */
import {EXIT, Failure} from '../../errors.ts'
import type {Bookmark, BookmarkChange} from '../../protocol/bookmark/bookmark.ts'
import type {Iq} from '../../xml.ts'
import {changeEach, type JidOutcome} from '../room/outcomes.ts'
import {type BookmarkStore, findIn, openStores, type StoreName} from './stores.ts'

/** Without the password, which is never printed. */
export type ShownBookmark = Omit<Bookmark, 'password'> & {hasPassword: boolean}

export type BookmarkResult = ShownBookmark & {
  state: 'added' | 'edited' | 'unchanged'
  /** The stores that were changed. */
  stores: StoreName[]
}

export const withoutPassword = <B extends Bookmark>({password, ...bookmark}: B) => ({
  ...bookmark,
  hasPassword: password !== null,
})

/** Adds a bookmark, or changes the values that are named: in the best store, and in each older one that has the room. */
export async function putBookmark(
  iq: Iq,
  room: string,
  change: BookmarkChange,
  makePrivate: boolean,
): Promise<BookmarkResult> {
  const stores = await openStores(iq)
  const found = stores.map((store) => findIn(store, room)?.bookmark)
  const before = found.find((bookmark) => bookmark !== undefined)
  const empty = {name: null, nick: null, autojoin: false, password: null}
  const {room: address, ...values} = {room, ...empty, ...before, ...change}
  const changed = stores.filter((_store, index) => {
    const bookmark = found[index]
    return bookmark ? !hasValues(bookmark, values) : index === 0
  })
  for (const store of changed)
    await store.save({room, change: values, stored: findIn(store, room), makePrivate})
  return {
    ...withoutPassword({room: address, ...values}),
    state: !before ? 'added' : changed.length > 0 ? 'edited' : 'unchanged',
    stores: changed.map(({name}) => name),
  }
}

const hasValues = (bookmark: Bookmark, values: Required<BookmarkChange>): boolean =>
  (Object.keys(values) as (keyof BookmarkChange)[]).every((key) => bookmark[key] === values[key])

/** @param spellings of each address, as servers may store it */
export async function removeBookmarks(
  iq: Iq,
  spellings: string[][],
): Promise<JidOutcome<'removed'>[]> {
  const stores = await openStores(iq)
  const bySpelling = new Map(spellings.map((texts) => [texts[0] ?? '', texts]))
  return changeEach([...bySpelling.keys()], 'removed', (room) =>
    removeFrom(stores, bySpelling.get(room) ?? []),
  )
}

/** Throws `item-not-found` (67). */
async function removeFrom(stores: BookmarkStore[], spellings: string[]): Promise<void> {
  const found = stores.flatMap((store) => {
    const stored = spellings.map((room) => findIn(store, room)).find(Boolean)
    return stored ? [{store, stored}] : []
  })
  for (const {store, stored} of found) await store.remove(stored)
  if (found.length > 0) return
  throw new Failure('item-not-found', 'The room has no bookmark', EXIT.noUser, {
    stage: 'request',
    hint: 'See the bookmarks with: xmpp bookmark list',
  })
}
