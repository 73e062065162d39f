/** Any element of a peer or a server is parsed without an exception. */
import fc from 'fast-check'
import {parseFin, parseResult} from '../../src/protocol/archive/archive.ts'
import {parsePreferences} from '../../src/protocol/archive/preferences.ts'
import {parseBookmark, parseConference} from '../../src/protocol/bookmark/bookmark.ts'
import {parseStorage} from '../../src/protocol/bookmark/bookmark-storage.ts'
import {parseSubmit} from '../../src/protocol/core/build-form.ts'
import {parseCommand} from '../../src/protocol/core/command.ts'
import {parseCommandRequest} from '../../src/protocol/core/command-reply.ts'
import {parseDataForm} from '../../src/protocol/core/data-form.ts'
import {parseDelay} from '../../src/protocol/core/delay.ts'
import {parseDiscoForms} from '../../src/protocol/core/disco-forms.ts'
import {parseInfo} from '../../src/protocol/core/disco-info.ts'
import {parseDiscoItems} from '../../src/protocol/core/disco-items.ts'
import {parseFormResult} from '../../src/protocol/core/form-result.ts'
import {parseValidation} from '../../src/protocol/core/form-validation.ts'
import {parseForwarded} from '../../src/protocol/core/forward.ts'
import {parseLast} from '../../src/protocol/core/last-activity.ts'
import {parseItems} from '../../src/protocol/core/pubsub.ts'
import {parsePage} from '../../src/protocol/core/result-set.ts'
import {parseTime} from '../../src/protocol/core/time.ts'
import {parseVersion} from '../../src/protocol/core/version.ts'
import {parseArchived} from '../../src/protocol/event/parse-archived.ts'
import {parseEvent} from '../../src/protocol/event/parse-event.ts'
import {parseSlot, parseUploadLimit} from '../../src/protocol/file/http-upload.ts'
import {parseBody} from '../../src/protocol/message/body.ts'
import {parseCarbon} from '../../src/protocol/message/carbons.ts'
import {parseChatState} from '../../src/protocol/message/chat-state.ts'
import {parseReplace} from '../../src/protocol/message/correction.ts'
import {parseEncryption} from '../../src/protocol/message/encryption.ts'
import {parseMetadata, parseSha256Hash} from '../../src/protocol/message/file-metadata.ts'
import {parseSharedFiles} from '../../src/protocol/message/file-sharing.ts'
import {parseMarker} from '../../src/protocol/message/marker.ts'
import {parseOob} from '../../src/protocol/message/oob.ts'
import {parseSelectedAction} from '../../src/protocol/message/quick-response.ts'
import {parseReactions} from '../../src/protocol/message/reaction.ts'
import {parseReceipt} from '../../src/protocol/message/receipt.ts'
import {parseReply} from '../../src/protocol/message/reply.ts'
import {parseRetract} from '../../src/protocol/message/retraction.ts'
import {parseOriginId, parseStanzaId} from '../../src/protocol/message/stanza-id.ts'
import {parseMembers} from '../../src/protocol/muc/admin.ts'
import {parseRoomInvitation} from '../../src/protocol/muc/invitation.ts'
import {parseOccupant} from '../../src/protocol/muc/occupants.ts'
import {parseStatusCodes} from '../../src/protocol/muc/room.ts'
import {parseRoomInfo} from '../../src/protocol/muc/room-info.ts'
import {parsePresence} from '../../src/protocol/presence/presence.ts'
import {parseSubscriptionRequest} from '../../src/protocol/presence/subscription.ts'
import {parseBits} from '../../src/protocol/registration/bits-of-binary.ts'
import {parseRegistration} from '../../src/protocol/registration/register.ts'
import {parseBlocklist} from '../../src/protocol/roster/blocking.ts'
import {parseContact, parseRoster} from '../../src/protocol/roster/roster.ts'
import {parseVcardTemp} from '../../src/protocol/vcard/vcard-temp.ts'
import {parseVcard4} from '../../src/protocol/vcard/vcard4.ts'
import {saslFailure} from '../../src/session/auth/sasl-errors.ts'
import {parseStreamFeatures} from '../../src/session/probe/probe-endpoint.ts'
import {parseStreamError} from '../../src/session/stream/stream-errors.ts'
import {parseMaxBytes} from '../../src/session/stream/stream-limits.ts'
import {type Element, parseStanzaError} from '../../src/xml.ts'
import {anyElement} from '../support/arbitrary.ts'
import {assertMatchesSchema} from '../support/schema.ts'

const OWN = 'juliet@example.com'
const DISCO: Root = ['query', 'http://jabber.org/protocol/disco#info']
const MESSAGE: Root = ['message', 'jabber:client']
const PRESENCE: Root = ['presence', 'jabber:client']

type Root = [name: string, namespace: string]

/** By the module that parses the element, relative to src/. */
const PARSERS: [module: string, root: Root, ...parsers: ((element: Element) => unknown)[]][] = [
  ['protocol/archive/archive.ts', MESSAGE, parseResult],
  ['protocol/archive/preferences.ts', ['prefs', 'urn:xmpp:mam:2'], parsePreferences],
  [
    'protocol/event/parse-archived.ts',
    MESSAGE,
    (message) => parseArchived({id: '1', queryId: undefined, message, delay: undefined}, OWN),
  ],
  ['protocol/archive/archive.ts', ['fin', 'urn:xmpp:mam:2'], parseFin, parsePage],
  ['protocol/registration/bits-of-binary.ts', ['query', 'jabber:iq:register'], parseBits],
  [
    'protocol/bookmark/bookmark.ts',
    ['conference', 'urn:xmpp:bookmarks:1'],
    (payload) => parseBookmark({id: '', payload}),
    (element) => parseConference(element, ''),
  ],
  ['protocol/bookmark/bookmark-storage.ts', ['storage', 'storage:bookmarks'], parseStorage],
  ['protocol/roster/blocking.ts', ['blocklist', 'urn:xmpp:blocking'], parseBlocklist],
  ['protocol/message/body.ts', MESSAGE, parseBody],
  ['protocol/message/carbons.ts', MESSAGE, (message) => parseCarbon(message, OWN)],
  ['protocol/message/chat-state.ts', MESSAGE, parseChatState],
  ['protocol/message/correction.ts', MESSAGE, parseReplace],
  ['protocol/core/command.ts', ['command', 'http://jabber.org/protocol/commands'], parseCommandOf],
  ['protocol/core/command-reply.ts', ['iq', 'jabber:client'], parseCommandRequest],
  ['protocol/core/build-form.ts', ['x', 'jabber:x:data'], parseSubmit],
  ['protocol/core/data-form.ts', ['x', 'jabber:x:data'], parseDataForm],
  [
    'protocol/core/disco-items.ts',
    ['query', 'http://jabber.org/protocol/disco#items'],
    parseDiscoItems,
  ],
  ['protocol/core/form-result.ts', ['x', 'jabber:x:data'], parseFormResult],
  ['protocol/core/form-validation.ts', ['field', 'jabber:x:data'], parseValidation],
  ['protocol/core/delay.ts', MESSAGE, parseDelay, (message) => parseDelay(message, [OWN])],
  ['protocol/core/disco-info.ts', DISCO, parseInfo],
  ['protocol/core/disco-forms.ts', DISCO, parseDiscoFormsOf],
  ['protocol/core/last-activity.ts', ['query', 'jabber:iq:last'], parseLastOf],
  ['protocol/core/time.ts', ['time', 'urn:xmpp:time'], parseTimeOf],
  ['protocol/core/version.ts', ['query', 'jabber:iq:version'], parseVersionOf],
  ['protocol/message/encryption.ts', MESSAGE, parseEncryption],
  ['protocol/event/parse-event.ts', MESSAGE, parseEventOf],
  ['protocol/event/parse-event.ts', PRESENCE, parseEventOf],
  ['protocol/core/forward.ts', MESSAGE, parseForwarded],
  ['protocol/message/marker.ts', MESSAGE, parseMarker],
  ['protocol/message/file-metadata.ts', ['file', 'urn:xmpp:file:metadata:0'], parseMetadata],
  [
    'protocol/message/file-metadata.ts',
    DISCO,
    (query) => parseSha256Hash(query.getChildElements()),
  ],
  ['protocol/message/file-sharing.ts', MESSAGE, parseSharedFiles],
  ['protocol/file/http-upload.ts', ['slot', 'urn:xmpp:http:upload:0'], parseSlot],
  ['protocol/file/http-upload.ts', DISCO, (query) => parseUploadLimit(parseDiscoForms(query))],
  ['protocol/message/oob.ts', MESSAGE, parseOob],
  ['protocol/presence/presence.ts', PRESENCE, parsePresence],
  ['protocol/core/pubsub.ts', ['pubsub', 'http://jabber.org/protocol/pubsub'], parseItems],
  ['protocol/message/quick-response.ts', MESSAGE, parseSelectedAction],
  ['protocol/message/reaction.ts', MESSAGE, parseReactions],
  ['protocol/message/receipt.ts', MESSAGE, parseReceipt],
  ['protocol/registration/register.ts', ['query', 'jabber:iq:register'], parseRegistration],
  ['protocol/message/reply.ts', MESSAGE, parseReply],
  ['protocol/message/retraction.ts', MESSAGE, parseRetract],
  ['protocol/muc/occupants.ts', PRESENCE, parseOccupant],
  ['protocol/muc/room.ts', PRESENCE, parseStatusCodes],
  ['protocol/muc/room-info.ts', DISCO, parseRoomInfo],
  [
    'protocol/muc/admin.ts',
    ['query', 'http://jabber.org/protocol/muc#admin'],
    (query) => parseMembers(query, 'member'),
  ],
  ['protocol/muc/invitation.ts', MESSAGE, (message) => parseRoomInvitation(message, OWN)],
  ['protocol/roster/roster.ts', ['query', 'jabber:iq:roster'], parseRoster],
  ['protocol/roster/roster.ts', ['item', 'jabber:iq:roster'], parseContact],
  [
    'protocol/message/stanza-id.ts',
    MESSAGE,
    parseOriginId,
    (message) => parseStanzaId(message, OWN),
  ],
  ['protocol/presence/subscription.ts', PRESENCE, parseSubscriptionRequest],
  ['protocol/vcard/vcard-temp.ts', ['vCard', 'vcard-temp'], parseVcardTemp],
  ['protocol/vcard/vcard4.ts', ['vcard', 'urn:ietf:params:xml:ns:vcard-4.0'], parseVcard4],
  ['session/auth/sasl-errors.ts', ['failure', 'urn:ietf:params:xml:ns:xmpp-sasl'], saslFailure],
  ['session/stream/stream-errors.ts', ['error', 'jabber:client'], parseStreamErrorOf],
  ['session/probe/probe-endpoint.ts', ['features', 'jabber:client'], parseStreamFeatures],
  ['session/stream/stream-limits.ts', ['features', 'jabber:client'], parseMaxBytes],
  ['xml.ts', MESSAGE, (stanza) => parseStanzaError(stanza)],
]

/** The event matches its schema. */
function parseEventOf(stanza: Element): void {
  for (const isRoom of [true, false]) {
    const event = parseEvent(stanza, OWN, () => isRoom)
    if (event) assertMatchesSchema({...event, seq: 1, time: ''}, 'events')
  }
}

const JID = {jid: 'localhost'}

function parseDiscoFormsOf(query: Element): void {
  const info = {...parseInfo(query), forms: parseDiscoForms(query)}
  assertMatchesSchema({...JID, node: null, ...info}, 'disco-info')
}

function parseLastOf(query: Element): void {
  const last = parseLast(query)
  if (last) assertMatchesSchema({...JID, ...last}, 'last-get')
}

function parseTimeOf(element: Element): void {
  const time = parseTime(element)
  if (time) assertMatchesSchema({...JID, utc: time.utc, tzo: time.tzo, skew: 0}, 'time-get')
}

function parseVersionOf(query: Element): void {
  assertMatchesSchema({...JID, ...parseVersion(query)}, 'version-get')
}

/** The result of `xmpp command run` matches its schema. */
function parseCommandOf(element: Element): void {
  const stage = {jid: '', node: '', ...parseCommand(element), error: null}
  assertMatchesSchema(stage, 'command-run')
}

function parseStreamErrorOf(element: Element): unknown {
  return parseStreamError(element, 'auth')
}

describe('an element of a peer', () => {
  for (const [module, [name, namespace], ...parsers] of PARSERS)
    it(`${module} parses any <${name}/>`, () => {
      const reads = (element: Element): void => {
        for (const parse of parsers) parse(element)
      }
      fc.assert(fc.property(anyElement(module, name, namespace), reads))
    })
})
