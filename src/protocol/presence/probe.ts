/** RFC 6121 §4.3: Presence Probes <https://www.rfc-editor.org/rfc/rfc6121#section-4.3> */
import {setTimeout as sleep} from 'node:timers/promises'
import {EXIT, Failure} from '../../errors.ts'
import {bareJidOf, domainOf} from '../../jid.ts'
import {matchesJid, normalizedJid, preparedJid} from '../../jid-comparison.ts'
import {type Element, type Iq, parseStanzaError, type StanzaChannel, xml} from '../../xml.ts'
import {collectUntil} from '../core/collect-until.ts'
import {ping} from '../core/ping.ts'
import {type Contact, getRoster} from '../roster/roster.ts'
import {isNotification, type Presence, parsePresence} from './presence.ts'

export interface ContactPresence {
  jid: string
  available: boolean
  /** Those that are available, the one that gets messages first (§4.7.2.3). */
  resources: Presence[]
  /** When and how the last one left, where the server tells. */
  last: Pick<Presence, 'status' | 'since'> | null
}

// In a list, one server that does not answer must not hold up the others.
const PROBE_TIMEOUT_MS = 5000

// ejabberd hands a probe to the contact's own process, whose answer may come just behind the pong.
const LATE_REPLY_MS = 150

// Who watches waits for nobody, and servers that have just come back are slow to find each other.
const LONG_PROBE_TIMEOUT_MS = 60_000
const LONG_LATE_REPLY_MS = 1000

export const buildProbe = (to: string): Element => xml('presence', {type: 'probe', to})

/**
 * Asks the contact's server, without becoming available. Throws `not-subscribed` (77) where we may not see it.
 * A contact who has not decided yet is not probed: the server would say "unsubscribed", and that takes our
 * request back (§3.2.3).
 */
export async function getPresence(stanzas: StanzaChannel, jid: string): Promise<ContactPresence> {
  const {contacts} = await getRoster(stanzas)
  const contact = contacts.find((contact) => matchesJid(contact.jid, jid))
  if (contact && !seesThem(contact)) throw notSubscribed(jid, contact.pending)
  // Stanzas between two servers keep their order (RFC 6120 §10.1): the pong comes behind the answers.
  const answers = await probe(stanzas, [jid], () => ping(stanzas, domainOf(jid)))
  const refusal = answers.find(({attrs}) => attrs.type === 'error')
  if (refusal) throw parseStanzaError(refusal)
  const presences = answers.filter(isNotification).map(parsePresence)
  // Servers say nothing of a contact who is not there; of one that we may not see, as well.
  if (presences.length === 0 && !contact) throw notSubscribed(jid, false)
  return summarise(jid, presences)
}

/** Of all whom we may see; null for those whose server does not answer. */
export async function getPresences(
  stanzas: StanzaChannel,
  contacts: Contact[],
): Promise<Map<string, ContactPresence | null>> {
  const jids = contacts.filter(seesThem).map(({jid}) => jid)
  let heard: ReadonlySet<string> = new Set()
  const fence = async (): Promise<void> => {
    heard = await respondingContacts(stanzas, jids, PROBE_TIMEOUT_MS)
  }
  const answers = (await probe(stanzas, jids, fence)).filter(isNotification)
  const byJid = new Map<string, Presence[]>(jids.map((jid) => [jid, []]))
  for (const answer of answers) byJid.get(senderOf(answer))?.push(parsePresence(answer))
  return new Map(
    [...byJid].map(([jid, presences]) => [jid, heard.has(jid) ? summarise(jid, presences) : null]),
  )
}

/** Once our own presence is out, and our server has probed for us: those of whom all has been said. */
export async function probesAnswered(iq: Iq, jids: string[]): Promise<ReadonlySet<string>> {
  const heard = await respondingContacts(iq, jids, LONG_PROBE_TIMEOUT_MS)
  await sleep(LONG_LATE_REPLY_MS, undefined, {ref: false})
  return heard
}

/** Those whose servers answer within so many milliseconds, and so have said before what they had to say. */
async function respondingContacts(
  iq: Iq,
  jids: string[],
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const silent = new Set<string>()
  const fence = async (domain: string): Promise<void> => {
    const late = sleep(timeoutMs, 'late', {ref: false})
    const answer = await Promise.race([ping(iq, domain), late]).catch((error: Failure) => {
      // No condition: nobody refused anything, the session itself has failed.
      if (!error.condition) throw error
      return 'late'
    })
    if (answer === 'late') silent.add(domain)
  }
  await Promise.all([...new Set(jids.map(domainOf))].map(fence))
  return new Set(jids.filter((jid) => !silent.has(domainOf(jid))))
}

/** The presences of `jids` that arrive until what `fence` asks for, behind the probes, is answered. */
async function probe(
  stanzas: StanzaChannel,
  jids: string[],
  fence: () => Promise<unknown>,
): Promise<Element[]> {
  const incoming = stanzas.incoming()
  for (const jid of jids) void stanzas.send(buildProbe(jid))
  const wanted = new Set(jids.flatMap((jid) => [jid, preparedJid(jid)]))
  const isWanted = (stanza: Element): boolean =>
    stanza.name === 'presence' && wanted.has(senderOf(stanza))
  const answered = new Set<string>()
  const watched = (async function* () {
    for await (const stanza of incoming) {
      if (isWanted(stanza)) answered.add(senderOf(stanza))
      yield stanza
    }
  })()
  const over = async (): Promise<void> => {
    await fence()
    if (answered.size < jids.length) await sleep(LATE_REPLY_MS)
  }
  return (await collectUntil(watched, over())).filter(isWanted)
}

/** The state of one contact from all that its resources said, in order. */
export function summarise(jid: string, presences: Presence[]): ContactPresence {
  const latest = new Map(presences.map((presence) => [presence.jid, presence]))
  const available = [...latest.values()].filter(({show}) => show !== 'offline')
  const gone = presences.findLast(({show}) => show === 'offline')
  return {
    jid,
    available: available.length > 0,
    resources: available.sort((a, b) => b.priority - a.priority),
    last: available.length === 0 && gone ? {status: gone.status, since: gone.since} : null,
  }
}

const seesThem = ({subscription}: Contact): boolean =>
  subscription === 'to' || subscription === 'both'

function notSubscribed(jid: string, pending: boolean): Failure {
  return new Failure(
    'not-subscribed',
    `${jid} does not share its presence with this account`,
    EXIT.noPermission,
    {
      stage: 'request',
      hint: pending
        ? 'The contact has not answered the request of this account yet'
        : `To request it: xmpp presence subscribe ${jid}`,
    },
  )
}

const senderOf = ({attrs}: Element): string => normalizedJid(bareJidOf(attrs.from))
