/** RFC 6121 §4.2.2: the other available clients of an account <https://www.rfc-editor.org/rfc/rfc6121#section-4.2.2> */
import {setTimeout as sleep} from 'node:timers/promises'
import {bareJidOf} from '../../jid.ts'
import type {Element, StanzaChannel} from '../../xml.ts'
import {collectUntil} from '../core/collect-until.ts'
import {getDiscoItems} from '../core/disco-items.ts'
import {isAbsent} from '../core/pubsub.ts'
import {buildPresence, isNotification, parsePresence} from './presence.ts'
import {type ContactPresence, summarise} from './probe.ts'

/** Ejabberd passes the presence on to each client, whose answers may come after the confirmation. */
const LATE_REPLY_MS = 1000

/**
 * Servers answer no probe for the own account. They send the presence of its other clients to a client that becomes
 * available; with a negative priority, the server delivers no messages to it.
 */
export async function getOwnClients(
  stanzas: StanzaChannel,
  bound: Promise<{jid: string}>,
): Promise<ContactPresence> {
  const incoming = stanzas.incoming()
  const {jid} = await bound
  const own = bareJidOf(jid)
  const clients = new Set<string>()
  let onClient = (): void => {}
  const isClient = (stanza: Element): boolean =>
    isNotification(stanza) && bareJidOf(stanza.attrs.from) === own && stanza.attrs.from !== jid
  const observed = (async function* () {
    for await (const stanza of incoming) {
      if (isClient(stanza)) clients.add(stanza.attrs.from)
      onClient()
      yield stanza
    }
  })()
  const allArrived = async (): Promise<void> => {
    await stanzas.sendConfirmed(buildPresence({priority: -1}))
    const sessions = await otherSessions(stanzas, jid)
    const hasAll = new Promise<void>((resolve) => {
      onClient = () => {
        if (sessions.every((session) => clients.has(session))) resolve()
      }
      onClient()
    })
    await Promise.race([hasAll, sleep(LATE_REPLY_MS, undefined, {ref: false})])
  }
  const presences = (await collectUntil(observed, allArrived())).filter(isClient).map(parsePresence)
  return summarise(own, presences)
}

/** The sessions that the server lists (XEP-0030), available or not; Prosody lists none, and sends all presences at once. */
async function otherSessions(stanzas: StanzaChannel, jid: string): Promise<string[]> {
  const own = bareJidOf(jid)
  try {
    const items = await getDiscoItems(stanzas, own)
    return items
      .map((item) => item.jid)
      .filter((item) => item.startsWith(`${own}/`) && item !== jid)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}
