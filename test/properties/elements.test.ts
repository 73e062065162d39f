/** What a peer or a server sends is read without an exception, whatever it is. */
import fc from 'fast-check'
import {parseFin, parseResult} from '../../src/protocol/archive.ts'
import {parseBits} from '../../src/protocol/bits-of-binary.ts'
import {parseBlocklist} from '../../src/protocol/blocking.ts'
import {parseBody} from '../../src/protocol/body.ts'
import {parseCarbon} from '../../src/protocol/carbons.ts'
import {parseChatState} from '../../src/protocol/chat-state.ts'
import {parseReplace} from '../../src/protocol/correction.ts'
import {parseDataForm} from '../../src/protocol/data-form.ts'
import {parseDelay} from '../../src/protocol/delay.ts'
import {parseInfo} from '../../src/protocol/disco-info.ts'
import {parseEncryption} from '../../src/protocol/encryption.ts'
import {parseEvent} from '../../src/protocol/event-parse.ts'
import {parseForwarded} from '../../src/protocol/forward.ts'
import {parseMarker} from '../../src/protocol/marker.ts'
import {parseOob} from '../../src/protocol/oob.ts'
import {parsePresence} from '../../src/protocol/presence.ts'
import {parseItems} from '../../src/protocol/pubsub.ts'
import {parseReactions} from '../../src/protocol/reaction.ts'
import {parseReceipt} from '../../src/protocol/receipt.ts'
import {parseRegistration} from '../../src/protocol/register.ts'
import {parseReply} from '../../src/protocol/reply.ts'
import {parsePage} from '../../src/protocol/result-set.ts'
import {parseRetract} from '../../src/protocol/retraction.ts'
import {parseStatusCodes} from '../../src/protocol/room.ts'
import {parseRoomInvitation} from '../../src/protocol/room-invitation.ts'
import {parseContact, parseRoster} from '../../src/protocol/roster.ts'
import {parseOriginId, parseStanzaId} from '../../src/protocol/stanza-id.ts'
import {parseSubscriptionRequest} from '../../src/protocol/subscription.ts'
import {parseVcardTemp} from '../../src/protocol/vcard-temp.ts'
import {parseVcard4} from '../../src/protocol/vcard4.ts'
import {saslFailure} from '../../src/session/sasl-failure.ts'
import {parseStreamError} from '../../src/session/stream-failure.ts'
import {parseMaxBytes} from '../../src/session/stream-limits.ts'
import {type Element, parseStanzaError} from '../../src/xml.ts'
import {anyElement} from '../support/arbitrary.ts'
import {assertMatchesSchema} from '../support/schema.ts'

const OWN = 'juliet@example.com'
const MESSAGE: Root = ['message', 'jabber:client']
const PRESENCE: Root = ['presence', 'jabber:client']

type Root = [name: string, namespace: string]

/** By the module that looks at the element, below src/. */
const PARSERS: [module: string, root: Root, ...parsers: ((element: Element) => unknown)[]][] = [
  ['protocol/archive.ts', MESSAGE, parseResult],
  ['protocol/archive.ts', ['fin', 'urn:xmpp:mam:2'], parseFin, parsePage],
  ['protocol/bits-of-binary.ts', ['query', 'jabber:iq:register'], parseBits],
  ['protocol/blocking.ts', ['blocklist', 'urn:xmpp:blocking'], parseBlocklist],
  ['protocol/body.ts', MESSAGE, parseBody],
  ['protocol/carbons.ts', MESSAGE, (message) => parseCarbon(message, OWN)],
  ['protocol/chat-state.ts', MESSAGE, parseChatState],
  ['protocol/correction.ts', MESSAGE, parseReplace],
  ['protocol/data-form.ts', ['x', 'jabber:x:data'], parseDataForm],
  ['protocol/delay.ts', MESSAGE, parseDelay, (message) => parseDelay(message, [OWN])],
  ['protocol/disco-info.ts', ['query', 'http://jabber.org/protocol/disco#info'], parseInfo],
  ['protocol/encryption.ts', MESSAGE, parseEncryption],
  ['protocol/event-parse.ts', MESSAGE, parseEventOf],
  ['protocol/event-parse.ts', PRESENCE, parseEventOf],
  ['protocol/forward.ts', MESSAGE, parseForwarded],
  ['protocol/marker.ts', MESSAGE, parseMarker],
  ['protocol/oob.ts', MESSAGE, parseOob],
  ['protocol/presence.ts', PRESENCE, parsePresence],
  ['protocol/pubsub.ts', ['pubsub', 'http://jabber.org/protocol/pubsub'], parseItems],
  ['protocol/reaction.ts', MESSAGE, parseReactions],
  ['protocol/receipt.ts', MESSAGE, parseReceipt],
  ['protocol/register.ts', ['query', 'jabber:iq:register'], parseRegistration],
  ['protocol/reply.ts', MESSAGE, parseReply],
  ['protocol/retraction.ts', MESSAGE, parseRetract],
  ['protocol/room.ts', PRESENCE, parseStatusCodes],
  ['protocol/room-invitation.ts', MESSAGE, (message) => parseRoomInvitation(message, OWN)],
  ['protocol/roster.ts', ['query', 'jabber:iq:roster'], parseRoster],
  ['protocol/roster.ts', ['item', 'jabber:iq:roster'], parseContact],
  ['protocol/stanza-id.ts', MESSAGE, parseOriginId, (message) => parseStanzaId(message, OWN)],
  ['protocol/subscription.ts', PRESENCE, parseSubscriptionRequest],
  ['protocol/vcard-temp.ts', ['vCard', 'vcard-temp'], parseVcardTemp],
  ['protocol/vcard4.ts', ['vcard', 'urn:ietf:params:xml:ns:vcard-4.0'], parseVcard4],
  ['session/sasl-failure.ts', ['failure', 'urn:ietf:params:xml:ns:xmpp-sasl'], saslFailure],
  ['session/stream-failure.ts', ['error', 'jabber:client'], parseStreamErrorOf],
  ['session/stream-limits.ts', ['features', 'jabber:client'], parseMaxBytes],
  ['xml.ts', MESSAGE, (stanza) => parseStanzaError(stanza)],
]

/** What comes out is what the schema of events promises. */
function parseEventOf(stanza: Element): void {
  for (const isRoom of [true, false]) {
    const event = parseEvent(stanza, OWN, () => isRoom)
    if (event) assertMatchesSchema({...event, seq: 1, time: ''}, 'events')
  }
}

function parseStreamErrorOf(element: Element): unknown {
  return parseStreamError(element, 'auth')
}

describe('what a peer sends', () => {
  for (const [module, [name, namespace], ...parsers] of PARSERS)
    it(`${module} reads any <${name}/>`, () => {
      const reads = (element: Element): void => {
        for (const parse of parsers) parse(element)
      }
      fc.assert(fc.property(anyElement(module, name, namespace), reads))
    })
})
