/** XEP-0199: XMPP Ping <https://xmpp.org/extensions/xep-0199.html> */
import {uptime} from '../../clock.ts'
import {Failure} from '../../errors.ts'
import {type Element, type Iq, type StanzaChannel, xml} from '../../xml.ts'

export const NS_PING = 'urn:xmpp:ping'

export const buildPing = (): Element => xml('ping', {xmlns: NS_PING})

/** Milliseconds from sending the request to the answer. An error that a peer without ping support returns is an answer too. */
export async function ping(iq: Iq, to: string): Promise<number> {
  let start = uptime()
  try {
    await iq.get(buildPing(), to, () => {
      start = uptime() // the request may be sent together with the sign-in
    })
  } catch (error) {
    if (!(error instanceof Failure) || !isPong(error, to)) throw error
  }
  return uptime() - start
}

/**
 * §4.2: a client or server without ping support answers `feature-not-implemented` or `service-unavailable`. A server also
 * answers `service-unavailable` for an account or a resource that does not exist, so it counts only from a server.
 */
function isPong({condition}: Failure, to: string): boolean {
  if (condition === 'feature-not-implemented') return true
  return condition === 'service-unavailable' && !to.includes('@')
}

/** §4.3: answers pings, so that the peer does not consider an idle session dead. */
export function answerPings(stanzas: StanzaChannel): void {
  stanzas.iqCallee.get(NS_PING, 'ping', () => true)
}
