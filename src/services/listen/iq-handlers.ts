/** Replies to requests for identity, features, version, time, last activity and ping. */
import {buildCaps, NS_CAPS, verificationString} from '../../protocol/core/caps.ts'
import {NS_COMMANDS} from '../../protocol/core/command.ts'
import {type DiscoInfo, NS_DISCO_INFO} from '../../protocol/core/disco-info.ts'
import {NS_DISCO_ITEMS} from '../../protocol/core/disco-items.ts'
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
  /** The URI that identifies the program. */
  node: string
}

/** @param version of this program */
export const ownSoftware = (version: string): Software => ({
  name: 'xmpp-cli',
  version,
  node: 'https://www.npmjs.com/package/xmpp-cli',
})

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

/** The part of the server of commands that answers disco#info requests. */
interface CommandInfo {
  info(from: string, node: string): DiscoInfo | undefined
}

const infoOf = (commands: CommandInfo | undefined): DiscoInfo =>
  commands ? {...INFO, features: [...INFO.features, NS_COMMANDS, NS_DISCO_ITEMS]} : INFO

/** Adds the entity capabilities of this client to its presence. */
export function addOwnCaps(presence: Element, {node}: Software, commands?: CommandInfo): Element {
  presence.append(buildCaps(node, verificationString(infoOf(commands))))
  return presence
}

/** @param started when the program started, which is its last activity */
export function registerIqHandlers(
  stanzas: StanzaChannel,
  software: Software,
  {commands, started = new Date()}: {commands?: CommandInfo | undefined; started?: Date} = {},
): void {
  const idle = (): number => (Date.now() - started.getTime()) / 1000
  answerPings(stanzas)
  const {iqCallee} = stanzas
  iqCallee.get(NS_VERSION, 'query', () => buildVersion(software.name, software.version))
  iqCallee.get(NS_TIME, 'time', () => buildTime(new Date()))
  iqCallee.get(NS_LAST, 'query', () => buildLast(idle()))
  iqCallee.get(NS_DISCO_INFO, 'query', ({element, stanza}) => {
    const {from = ''} = stanza.attrs as {from?: string}
    const node: string | undefined = element.attrs.node
    const own = infoOf(commands)
    const isOwn = node === undefined || node === `${software.node}#${verificationString(own)}`
    const info = isOwn
      ? own
      : commands && (node === NS_COMMANDS ? COMMAND_LIST : commands.info(from, node))
    return info && buildInfo(info, node)
  })
}

/** XEP-0050 §2.2: the node that has the commands. */
const COMMAND_LIST: DiscoInfo = {
  identities: [{category: 'automation', type: 'command-list', name: 'xmpp-cli'}],
  features: [NS_COMMANDS],
}

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
