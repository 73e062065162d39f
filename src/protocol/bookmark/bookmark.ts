/** XEP-0402: PEP Native Bookmarks <https://xmpp.org/extensions/xep-0402.html> */
import {type Element, type Iq, xml} from '../../xml.ts'
import {publishPrivately} from '../core/private-node.ts'
import {buildRetract, getItems, type Item} from '../core/pubsub.ts'

export const NS_BOOKMARKS = 'urn:xmpp:bookmarks:1'

/** §4: the options that every bookmark node should have. */
const OPTIONS = {persist_items: 'true', max_items: 'max', send_last_published_item: 'never'}

export interface Bookmark {
  /** The address as it is stored, which may not be a valid JID. */
  room: string
  name: string | null
  nick: string | null
  autojoin: boolean
  password: string | null
}

/** The values to change; null removes one. */
export type BookmarkChange = Partial<Omit<Bookmark, 'room'>>

/** A bookmark, and the element that has it. */
export interface StoredBookmark {
  bookmark: Bookmark
  element: Element
}

/** The values of a `<conference/>`, which is the same in XEP-0048. */
export function parseConference(element: Element, room: string): Bookmark {
  const namespace = element.getNS()
  const {autojoin = '', name = null} = element.attrs as Record<string, string | undefined>
  return {
    room,
    name: name || null,
    nick: element.getChildText('nick', namespace) || null,
    autojoin: ['true', '1'].includes(autojoin.trim()),
    password: element.getChildText('password', namespace) || null,
  }
}

/** A copy with other values. All that other clients have stored in it is kept (§3.4). */
export function editConference(element: Element, change: BookmarkChange): Element {
  const namespace = element.getNS()
  const {autojoin, name, nick, password} = {...parseConference(element, ''), ...change}
  const attrs: Record<string, string> = {...element.attrs}
  const set = (attribute: string, value: string | null): void => {
    if (value === null) delete attrs[attribute]
    else attrs[attribute] = value
  }
  if (change.name !== undefined) set('name', name)
  if (change.autojoin !== undefined) set('autojoin', autojoin ? 'true' : null)
  const isOwn = (child: Element): boolean =>
    child.getNS() === namespace && (child.name === 'nick' || child.name === 'password')
  const values = Object.entries({nick, password}).flatMap(([name, value]) =>
    value === null ? [] : [xml(name, {}, value)],
  )
  const others = element.getChildElements().filter((child) => !isOwn(child))
  return xml('conference', attrs, ...values, ...others)
}

/** The bookmarks of this account; items of another kind are left out. */
export async function getBookmarks(iq: Iq): Promise<StoredBookmark[]> {
  return (await getItems(iq, NS_BOOKMARKS)).flatMap(parseBookmark)
}

export function parseBookmark({id, payload}: Item): StoredBookmark[] {
  if (payload?.name !== 'conference' || payload.getNS() !== NS_BOOKMARKS) return []
  return [{bookmark: parseConference(payload, id), element: payload}]
}

/** Adds a bookmark, or changes the stored one. */
export async function saveBookmark(
  iq: Iq,
  {change, makePrivate, room, stored}: BookmarkUpdate,
): Promise<void> {
  const element = stored?.element ?? xml('conference', {xmlns: NS_BOOKMARKS})
  const item = {id: stored?.bookmark.room ?? room, payload: editConference(element, change)}
  await publishPrivately(iq, {node: NS_BOOKMARKS, options: OPTIONS, makePrivate}, item)
}

export interface BookmarkUpdate {
  room: string
  change: BookmarkChange
  stored: StoredBookmark | undefined
  /** Make a node private that others can read. */
  makePrivate: boolean
}

/** @param room as it is stored */
export async function removeBookmark(iq: Iq, room: string): Promise<void> {
  await iq.set(buildRetract(NS_BOOKMARKS, room))
}
