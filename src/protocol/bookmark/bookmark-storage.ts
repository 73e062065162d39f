/** XEP-0048: Bookmarks <https://xmpp.org/extensions/xep-0048.html>: all bookmarks in one element, in PEP or in XEP-0049 */
import {Failure} from '../../errors.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {publishPrivately} from '../core/private-node.ts'
import {getItem} from '../core/pubsub.ts'
import {UNSUPPORTED} from '../core/unsupported.ts'
import {
  type BookmarkUpdate,
  editConference,
  parseConference,
  type StoredBookmark,
} from './bookmark.ts'

const NS_STORAGE = 'storage:bookmarks'
/** XEP-0049: Private XML Storage <https://xmpp.org/extensions/xep-0049.html> */
const NS_PRIVATE = 'jabber:iq:private'

const emptyStorage = (): Element => xml('storage', {xmlns: NS_STORAGE})

const isConference = (child: Element): boolean =>
  child.name === 'conference' && child.getNS() === NS_STORAGE && Boolean(child.attrs.jid)

export function parseStorage(storage: Element): StoredBookmark[] {
  const conferences = storage.getChildElements().filter(isConference)
  return conferences.map((element) => ({
    bookmark: parseConference(element, element.attrs.jid),
    element,
  }))
}

/** A copy with a bookmark added or changed. All other elements, such as bookmarks of web pages, are kept. */
export function putInStorage(
  storage: Element,
  {change, room, stored}: Pick<BookmarkUpdate, 'change' | 'room' | 'stored'>,
): Element {
  const element = stored?.element ?? xml('conference', {xmlns: NS_STORAGE, jid: room})
  return withConference(storage, stored, editConference(element, change))
}

export const removeFromStorage = (storage: Element, stored: StoredBookmark): Element =>
  withConference(storage, stored, undefined)

function withConference(
  storage: Element,
  stored: StoredBookmark | undefined,
  replacement: Element | undefined,
): Element {
  const added = replacement ? [replacement] : []
  const children = storage.getChildElements()
  const changed = stored
    ? children.flatMap((child) => (child === stored.element ? added : [child]))
    : [...children, ...added]
  return xml('storage', {...storage.attrs}, ...changed)
}

/** Undefined if this account has no such item. */
export async function getPepStorage(iq: Iq): Promise<Element | undefined> {
  const payload = (await getItem(iq, NS_STORAGE))?.payload
  return payload?.name === 'storage' ? payload : undefined
}

export async function setPepStorage(iq: Iq, payload: Element, makePrivate: boolean): Promise<void> {
  const node = {node: NS_STORAGE, options: {persist_items: 'true'}, makePrivate}
  await publishPrivately(iq, node, {id: 'current', payload})
}

/** Undefined if the server does not support Private XML Storage. */
export async function getPrivateStorage(iq: Iq): Promise<Element | undefined> {
  try {
    const query = await iq.get(buildPrivate(emptyStorage()))
    return query?.getChild('storage', NS_STORAGE) ?? emptyStorage()
  } catch (error) {
    if (error instanceof Failure && UNSUPPORTED.includes(error.condition ?? '')) return undefined
    throw error
  }
}

export async function setPrivateStorage(iq: Iq, storage: Element): Promise<void> {
  await iq.set(buildPrivate(storage))
}

const buildPrivate = (storage: Element): Element => xml('query', {xmlns: NS_PRIVATE}, storage)
