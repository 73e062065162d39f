/** XEP-0199: XMPP Ping <https://xmpp.org/extensions/xep-0199.html> */
import {Failure} from '../../errors.ts'
import {type Element, type Iq, type StanzaChannel, xml} from '../../xml.ts'

export const NS_PING = 'urn:xmpp:ping'

export const buildPing = (): Element => xml('ping', {xmlns: NS_PING})

/** Milliseconds from leaving to the answer. That the other side has no ping is an answer too: it came back from there. */
export async function ping(iq: Iq, to: string): Promise<number> {
  let start = performance.now()
  try {
    await iq.get(buildPing(), to, () => {
      start = performance.now() // it may leave with the sign-in
    })
  } catch (error) {
    if (!(error instanceof Failure) || !isPong(error, to)) throw error
  }
  return performance.now() - start
}

/**
 * §4.2: a client or server without ping answers `feature-not-implemented` or `service-unavailable`. The latter is also
 * what a server says of an account or a resource that does not exist, so only that of a server proves anything.
 */
function isPong({condition}: Failure, to: string): boolean {
  if (condition === 'feature-not-implemented') return true
  return condition === 'service-unavailable' && !to.includes('@')
}

/** XEP-0199 §4.3: answering pings, so that nobody takes a session that holds for a dead one. */

export function answerPings(stanzas: StanzaChannel): void {
  stanzas.handleIq('ping', NS_PING, ({attrs: {from, id}}) =>
    xml('iq', {type: 'result', to: from, id}),
  )
}
