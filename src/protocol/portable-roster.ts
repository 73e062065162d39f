/** XEP-0227: Portable Import/Export Format <https://xmpp.org/extensions/xep-0227.html>, its rosters; and the JSON of ours. */
import {EXIT, Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type Element, Parser, xml} from '../xml.ts'
import {type Contact, isSubscription, NS_ROSTER, parseContact, type Roster} from './roster.ts'

const NS_PIE = 'urn:xmpp:pie:0'

/** A file for servers that import XEP-0227, and for ours; `owner` is the JID of the account. */
export function formatXml({contacts, version}: Roster, owner: string): string {
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
  return `<?xml version='1.0' encoding='UTF-8'?>\n${data}\n`
}

export const formatJson = (roster: Roster): string => `${JSON.stringify(roster, null, 2)}\n`

/** Reads either; a line that is no contact is named, so that nothing is imported by half. */
export function parsePortable(text: string): Contact[] {
  const content = text.replace(/^\u{feff}/u, '').trim()
  const contacts = content.startsWith('<') ? parseXml(content) : parseJson(content)
  return contacts.map((contact, index) => {
    try {
      return {...contact, jid: parseJid(contact.jid).full}
    } catch (cause) {
      const problem = cause instanceof Failure ? cause.message : String(cause)
      throw malformed(`Contact ${index + 1}: ${problem}`, cause)
    }
  })
}

function parseXml(text: string): Contact[] {
  const rosters = rostersIn(parseDocument(text))
  const [roster] = rosters
  if (!roster) throw malformed('There is no roster in the file')
  if (rosters.length > 1)
    throw malformed(`There are ${rosters.length} rosters in the file, of as many accounts`)
  return roster.getChildren('item').map(parseContact)
}

function parseDocument(text: string): Element {
  const parser = new Parser()
  const roots: Element[] = []
  let problem: unknown
  parser.on('element', (root: Element) => roots.push(root))
  parser.on('error', (error: unknown) => {
    problem ??= error
  })
  // The parser is one for streams, and hands out what is inside of one.
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

function parseJson(text: string): Contact[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw malformed('The file is neither JSON nor XML', cause)
  }
  const contacts = Array.isArray(document) ? document : (document as {contacts?: unknown})?.contacts
  if (!Array.isArray(contacts)) throw malformed('The file has no list of contacts')
  return contacts.map(parseJsonContact)
}

/** Only the JID is needed: a list written by hand is a roster too. */
function parseJsonContact(value: unknown, index: number): Contact {
  const {approved, groups, jid, name, pending, subscription} = (value ?? {}) as Record<
    string,
    unknown
  >
  const texts: unknown[] = Array.isArray(groups) ? groups : []
  if (typeof jid !== 'string' || !texts.every((group) => typeof group === 'string'))
    throw malformed(`Contact ${index + 1} is not {"jid": …, "name": …, "groups": […]}`)
  return {
    jid,
    name: typeof name === 'string' && name ? name : null,
    groups: texts as string[],
    subscription: isSubscription(subscription) ? subscription : 'none',
    pending: pending === true,
    approved: approved === true,
  }
}

function malformed(problem: string, cause?: unknown): Failure {
  return new Failure('malformed-roster', problem, EXIT.data, {
    cause,
    hint: 'It can be what xmpp roster export writes, or an XEP-0227 file with one roster',
  })
}
