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
  /** The available ones, the highest priority first: servers deliver messages to it (§4.7.2.3). */
  resources: Presence[]
  /** The last unavailable presence, if no resource is available and the server sends one. */
  last: Pick<Presence, 'status' | 'since'> | null
}

// One server that does not answer must not delay the presence of all other contacts.
const PROBE_TIMEOUT_MS = 5000

// ejabberd answers a probe in the process of the contact, so the answer can arrive shortly after that to the ping.
const LATE_REPLY_MS = 150

// After an outage, servers need time to connect to each other again; no user waits for the answer.
const LONG_PROBE_TIMEOUT_MS = 60_000
const LONG_LATE_REPLY_MS = 1000

export const buildProbe = (to: string): Element => xml('presence', {type: 'probe', to})

/**
 * Sends a probe, without becoming available. Throws `not-subscribed` (77) when this account is not subscribed to the
 * presence of the contact. A contact that has not answered the subscription request is not probed: the server could
 * answer "unsubscribed", which cancels the request (§3.2.3).
 */
export async function getPresence(stanzas: StanzaChannel, jid: string): Promise<ContactPresence> {
  const {contacts} = await getRoster(stanzas)
  const contact = contacts.find((contact) => matchesJid(contact.jid, jid))
  if (contact && !isSubscribedTo(contact)) throw notSubscribed(jid, contact.pending)
  // Stanzas between two servers keep their order (RFC 6120 §10.1): the answer to the ping follows those to the probes.
  const answers = await probe(stanzas, [jid], () => ping(stanzas, domainOf(jid)))
  const refusal = answers.find(({attrs}) => attrs.type === 'error')
  if (refusal) throw parseStanzaError(refusal)
  const presences = answers.filter(isNotification).map(parsePresence)
  // Servers do not answer for an unavailable contact, and some do not answer without a subscription either.
  if (presences.length === 0 && !contact) throw notSubscribed(jid, false)
  return summarise(jid, presences)
}

/** Of all contacts to whose presence this account is subscribed; null when the server of a contact does not answer. */
export async function getPresences(
  stanzas: StanzaChannel,
  contacts: Contact[],
): Promise<Map<string, ContactPresence | null>> {
  const jids = contacts.filter(isSubscribedTo).map(({jid}) => jid)
  let responding: ReadonlySet<string> = new Set()
  const fence = async (): Promise<void> => {
    responding = await respondingContacts(stanzas, jids, PROBE_TIMEOUT_MS)
  }
  const answers = (await probe(stanzas, jids, fence)).filter(isNotification)
  const byJid = new Map<string, Presence[]>(jids.map((jid) => [jid, []]))
  for (const answer of answers) byJid.get(senderOf(answer))?.push(parsePresence(answer))
  return new Map(
    [...byJid].map(([jid, presences]) => [
      jid,
      responding.has(jid) ? summarise(jid, presences) : null,
    ]),
  )
}

/**
 * Call it after the initial presence, for which the server of this account sends the probes (§4.2.2). Resolves with the
 * contacts whose servers have answered, after their presences have arrived.
 */
export async function probesAnswered(iq: Iq, jids: string[]): Promise<ReadonlySet<string>> {
  const responding = await respondingContacts(iq, jids, LONG_PROBE_TIMEOUT_MS)
  await sleep(LONG_LATE_REPLY_MS, undefined, {ref: false})
  return responding
}

/** The contacts whose servers answer a ping in time, and therefore have answered the probes before it. */
async function respondingContacts(
  iq: Iq,
  jids: string[],
  timeoutMs: number,
): Promise<ReadonlySet<string>> {
  const lateDomains = new Set<string>()
  const pingDomain = async (domain: string): Promise<void> => {
    const late = sleep(timeoutMs, 'late', {ref: false})
    const answer = await Promise.race([ping(iq, domain), late]).catch((error: Failure) => {
      // An error without a condition is not a reply: the session has failed.
      if (!error.condition) throw error
      return 'late'
    })
    if (answer === 'late') lateDomains.add(domain)
  }
  await Promise.all([...new Set(jids.map(domainOf))].map(pingDomain))
  return new Set(jids.filter((jid) => !lateDomains.has(domainOf(jid))))
}

/** Sends probes, and collects the presences of `jids` until `fence`, which is called after them, resolves. */
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
  const observed = (async function* () {
    for await (const stanza of incoming) {
      if (isWanted(stanza)) answered.add(senderOf(stanza))
      yield stanza
    }
  })()
  const allArrived = async (): Promise<void> => {
    await fence()
    if (answered.size < jids.length) await sleep(LATE_REPLY_MS)
  }
  return (await collectUntil(observed, allArrived())).filter(isWanted)
}

/** @param presences of the resources of one contact, in the order in which they arrived */
export function summarise(jid: string, presences: Presence[]): ContactPresence {
  const latest = new Map(presences.map((presence) => [presence.jid, presence]))
  const available = [...latest.values()].filter(({show}) => show !== 'offline')
  const lastUnavailable = presences.findLast(({show}) => show === 'offline')
  return {
    jid,
    available: available.length > 0,
    resources: available.sort((a, b) => b.priority - a.priority),
    last:
      available.length === 0 && lastUnavailable
        ? {status: lastUnavailable.status, since: lastUnavailable.since}
        : null,
  }
}

/** Whether this account is subscribed to the presence of the contact (RFC 6121 §2.1.2.5). */
const isSubscribedTo = ({subscription}: Contact): boolean =>
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
