/** XEP-0227: Portable Import/Export Format for XMPP-IM Servers <https://xmpp.org/extensions/xep-0227.html>, its rosters; and the JSON of `roster export`. */
import {EXIT, Failure} from '../../errors.ts'
import {heldSpellings} from '../../held-jid.ts'
import {parseJid} from '../../jid.ts'
import {type Element, Parser, serialize, xml} from '../../xml.ts'
import {type Contact, isSubscription, NS_ROSTER, parseContact, type Roster} from './roster.ts'
import type {ContactChange} from './update-contact.ts'

const NS_PIE = 'urn:xmpp:pie:0'

/** A contact in a file; name and groups are optional. */
export type PortableContact = ContactChange & Pick<Contact, 'subscription' | 'pending' | 'approved'>

/** A file for servers that import XEP-0227, and for `roster import`; `owner` is the JID of the account. */
export function toXep0227({contacts, version}: Roster, owner: string): string {
  const {domain, local} = parseJid(owner)
  const items = contacts.map(({approved, groups, jid, name, pending, subscription}) =>
    xml(
      'item',
      {
        jid,
        name: name ?? undefined,
        subscription,
        ask: pending ? 'subscribe' : undefined,
        approved: approved ? 'true' : undefined,
      },
      ...groups.map((group) => xml('group', {}, group)),
    ),
  )
  const query = xml('query', {xmlns: NS_ROSTER, ver: version ?? undefined}, ...items)
  const user = xml('user', {name: local}, query)
  const data = xml('server-data', {xmlns: NS_PIE}, xml('host', {jid: domain}, user))
  return `<?xml version='1.0' encoding='UTF-8'?>\n${serialize(data)}\n`
}

export const toJson = (roster: Roster): string => `${JSON.stringify(roster, null, 2)}\n`

/** Reads JSON or XML. Throws for the first malformed contact. Of several contacts with one JID the last one is used. */
export function parsePortable(text: string): PortableContact[] {
  const content = text.replace(/^\u{feff}/u, '').trim()
  const contacts = content.startsWith('<') ? parseXml(content) : parseJson(content)
  const byJid = contacts.map((contact, index): [string, PortableContact] => {
    try {
      const [jid = ''] = heldSpellings(contact.jid)
      return [jid, {...contact, jid}]
    } catch (cause) {
      const problem = cause instanceof Failure ? cause.message : String(cause)
      throw malformed(`Contact ${index + 1}: ${problem}`, cause)
    }
  })
  return [...new Map(byJid).values()]
}

function parseXml(text: string): PortableContact[] {
  const rosters = rostersIn(parseDocument(text))
  const [roster] = rosters
  if (!roster) throw malformed('The file contains no roster')
  if (rosters.length > 1)
    throw malformed(`The file contains the rosters of ${rosters.length} accounts`)
  return roster.getChildren('item').map(parseItem)
}

/** An item without a name or groups does not change them. */
function parseItem(item: Element): PortableContact {
  const {groups, name, ...contact} = parseContact(item)
  return {...contact, name: name ?? undefined, groups: groups.length > 0 ? groups : undefined}
}

function parseDocument(text: string): Element {
  const parser = new Parser()
  const roots: Element[] = []
  let problem: unknown
  parser.on('element', (root: Element) => roots.push(root))
  parser.on('error', (error: unknown) => {
    problem ??= error
  })
  // The parser is a stream parser: it emits the children of the root element.
  parser.write(`<file>${text.replace(/^<\?xml[^>]*\?>/, '')}</file>`)
  const [root] = roots
  if (problem || !root || roots.length > 1)
    throw malformed('The file is not one well-formed XML document', problem)
  return root
}

function rostersIn(element: Element): Element[] {
  if (element.is('query', NS_ROSTER)) return [element]
  return element.getChildElements().flatMap(rostersIn)
}

function parseJson(text: string): PortableContact[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw malformed('The file is neither JSON nor XML', cause)
  }
  const contacts = Array.isArray(document) ? document : (document as {contacts?: unknown})?.contacts
  if (!Array.isArray(contacts)) throw malformed('The file contains no list of contacts')
  return contacts.map(parseJsonContact)
}

const isFlag = (value: unknown): boolean => typeof value === 'boolean'

/** The type of each optional key. */
const RULES: Readonly<Record<string, [is: (value: unknown) => boolean, what: string]>> = {
  name: [(value) => value === null || typeof value === 'string', 'a string or null'],
  groups: [
    (value) => Array.isArray(value) && value.every((group) => typeof group === 'string'),
    'a list of strings',
  ],
  subscription: [isSubscription, 'none, to, from or both'],
  pending: [isFlag, 'true or false'],
  approved: [isFlag, 'true or false'],
}

/** Only the JID is required, so that a list can be written by hand. */
function parseJsonContact(value: unknown, index: number): PortableContact {
  const contact = (value ?? {}) as Record<string, unknown> & Partial<PortableContact>
  const {approved = false, groups, jid, name, pending = false, subscription = 'none'} = contact
  if (typeof jid !== 'string')
    throw malformed(`Contact ${index + 1} is not {"jid": …, "name": …, "groups": […]}`)
  for (const [key, [is, what]] of Object.entries(RULES))
    if (contact[key] !== undefined && !is(contact[key]))
      throw malformed(`Contact ${index + 1} (${jid}): "${key}" is not ${what}`)
  return {jid, name, groups, subscription, pending, approved}
}

function malformed(problem: string, cause?: unknown): Failure {
  return new Failure('malformed-roster', problem, EXIT.data, {
    cause,
    hint: 'The file must be the output of xmpp roster export, or an XEP-0227 file with one roster',
  })
}
