/** What a good client answers when it is asked: who it is, what it can do, that it is alive. */

import {buildCaps, NS_CAPS, verificationString} from '../../protocol/core/caps.ts'
import {type DiscoInfo, NS_DISCO_INFO} from '../../protocol/core/disco-info.ts'
import {buildLast, NS_LAST} from '../../protocol/core/last-activity.ts'
import {answerPings, NS_PING} from '../../protocol/core/ping.ts'
import {buildTime, NS_TIME} from '../../protocol/core/time.ts'
import {buildVersion, NS_VERSION} from '../../protocol/core/version.ts'
import {NS_CORRECTION} from '../../protocol/message/correction.ts'
import {NS_MARKERS} from '../../protocol/message/marker.ts'
import {NS_REACTIONS} from '../../protocol/message/reaction.ts'
import {NS_RECEIPTS} from '../../protocol/message/receipt.ts'
import {NS_REPLY} from '../../protocol/message/reply.ts'
import {NS_RETRACTION} from '../../protocol/message/retraction.ts'
import {type Element, type StanzaChannel, xml} from '../../xml.ts'

export interface Software {
  name: string
  version: string
  /** A URI that stands for the program. */
  node: string
}

const INFO: DiscoInfo = {
  identities: [{category: 'client', type: 'console', name: 'xmpp-cli'}],
  features: [
    NS_CAPS,
    NS_CORRECTION,
    NS_DISCO_INFO,
    NS_LAST,
    NS_MARKERS,
    NS_PING,
    NS_REACTIONS,
    NS_RECEIPTS,
    NS_REPLY,
    NS_RETRACTION,
    NS_TIME,
    NS_VERSION,
  ],
}

/** For the presence with which we show up. */
export const buildOwnCaps = ({node}: Software): Element => buildCaps(node, verificationString(INFO))

/** @param started when the program did; nobody has touched it since */
export function registerIqHandlers(
  stanzas: StanzaChannel,
  software: Software,
  started = new Date(),
): void {
  const idle = (): number => (Date.now() - started.getTime()) / 1000
  answerPings(stanzas)
  stanzas.handleIq(
    'query',
    NS_VERSION,
    result(() => buildVersion(software.name, software.version)),
  )
  stanzas.handleIq(
    'time',
    NS_TIME,
    result(() => buildTime(new Date())),
  )
  stanzas.handleIq(
    'query',
    NS_LAST,
    result(() => buildLast(idle())),
  )
  stanzas.handleIq('query', NS_DISCO_INFO, (request) => {
    const node: string | undefined = request.getChild('query', NS_DISCO_INFO)?.attrs.node
    const known = [undefined, `${software.node}#${verificationString(INFO)}`]
    return known.includes(node) ? result(() => buildInfo(INFO, node))(request) : undefined
  })
}

const result =
  (build: () => Element) =>
  ({attrs: {from, id}}: Element): Element =>
    xml('iq', {type: 'result', to: from, id}, build())

function buildInfo({features, identities}: DiscoInfo, node: string | undefined): Element {
  return xml(
    'query',
    {xmlns: NS_DISCO_INFO, node},
    ...identities.map(({category, name, type}) =>
      xml('identity', {category, type, name: name ?? undefined}),
    ),
    ...features.map((feature) => xml('feature', {var: feature})),
  )
}
