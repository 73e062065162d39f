/** The time of a parser grows with the length of its input, which the sender chooses, and not with its square. */
import {parseDuration} from '../../src/duration.ts'
import {Failure} from '../../src/errors.ts'
import {parseJid} from '../../src/jid.ts'
import {parseDataForm} from '../../src/protocol/core/data-form.ts'
import {parseEvent} from '../../src/protocol/event/parse-event.ts'
import {parseReactions} from '../../src/protocol/message/reaction.ts'
import {parseInvitation} from '../../src/protocol/registration/invitation.ts'
import {parsePortable} from '../../src/protocol/roster/import-export.ts'
import {parseRoster} from '../../src/protocol/roster/roster.ts'
import {parseVcardTemp} from '../../src/protocol/vcard/vcard-temp.ts'
import {parseVcard4} from '../../src/protocol/vcard/vcard4.ts'
import {parseVcf} from '../../src/protocol/vcard/vcf.ts'
import {safeFileName} from '../../src/services/download/file-name.ts'
import {parseStanza} from '../../src/services/send/raw.ts'
import {parseServer} from '../../src/session/connect/endpoint.ts'
import {parseXrd} from '../../src/session/connect/host-meta.ts'
import {bypasses} from '../../src/session/connect/no-proxy.ts'
import {type Element, Parser, serialize, xml} from '../../src/xml.ts'
import {readElement} from '../support/xml.ts'

const MANY = 30_000

const many = (text: string): string => text.repeat(MANY)
const numbered = (make: (i: number) => string): string =>
  Array.from({length: MANY}, (_, i) => make(i)).join('')
const message = (content: string): Element =>
  readElement(`<message xmlns='jabber:client' from='a@b'>${content}</message>`)
const read = (content: string) => parseEvent(message(content), 'b@b')
const fallback = (i: number): string =>
  `<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='${i}' end='${i + 1}'/></fallback>`
const reactions = `<reactions xmlns='urn:xmpp:reactions:0' id='1'>${numbered((i) => `<reaction>${i}</reaction>`)}</reactions>`
const form = `<x xmlns='jabber:x:data'><field var='a'>${many('<option><value>x</value></option>')}</field></x>`
const vcard4 = `<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${many('<note><text>x</text></note>')}</vcard>`

const READINGS: [what: string, read: () => unknown][] = [
  ['a body with fallbacks', () => read(`<body>${many('some text')}</body>${numbered(fallback)}`)],
  ['reactions', () => parseReactions(message(reactions))],
  ['delays', () => read(`<body>x</body>${many("<delay xmlns='urn:xmpp:delay'/>")}`)],
  ['bodies', () => read(many("<body xml:lang='de'>x</body>"))],
  [
    'a roster',
    () => parseRoster(readElement(`<query>${numbered((i) => `<item jid='${i}@b'/>`)}</query>`)),
  ],
  [
    'groups of a contact',
    () => parseRoster(readElement(`<query><item>${many('<group>x</group>')}</item></query>`)),
  ],
  ['options of a form', () => parseDataForm(readElement(form))],
  [
    'notes of a vcard-temp',
    () => parseVcardTemp(readElement(`<vCard>${many('<NOTE>x</NOTE>')}</vCard>`)),
  ],
  ['notes of a vCard4', () => parseVcard4(readElement(vcard4))],
  ['notes of a file', () => parseVcf(`BEGIN:VCARD\n${many('NOTE:x\n')}END:VCARD`)],
  ['a line of a vCard in pieces', () => parseVcf(`BEGIN:VCARD\nNOTE:x\n${many(' x\n')}END:VCARD`)],
  [
    'soft line breaks',
    () => parseVcf(`BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:x=\n${many('x=\n')}\nEND:VCARD`),
  ],
  [
    'soft line breaks without a colon',
    () => parseVcf(`BEGIN:VCARD\nNOTE\n${many(' x=\n')}END:VCARD`),
  ],
  ['parameters of a vCard', () => parseVcf(`BEGIN:VCARD\nNOTE${many(';A=B')}:x\nEND:VCARD`)],
  [
    'a name that ends with a backslash',
    () => parseVcf(`BEGIN:VCARD\nN:${many('xx')}\\\nEND:VCARD`),
  ],
  [
    'a roster file',
    () => parsePortable(`<query xmlns='jabber:iq:roster'>${many("<item jid='a@b'/>")}</query>`),
  ],
  ['a stanza', () => parseStanza(`<message to='a@b'>${many('<a/>')}</message>`)],
  ['a stanza that is deep', () => parseStanza(`<message to='a@b'>${many('<a>')}`)],
  [
    'a stream in small pieces',
    () => {
      const parser = new Parser({stream: true})
      parser.write('<stream><a>')
      for (let i = 0; i < MANY; i++) parser.write('<b>x</b>')
    },
  ],
  ['a stanza to be written', () => serialize(xml('a', {b: many('\t="')}, many('="\n')))],
  ['links of a host', () => parseXrd(`<XRD>${many('<Link/>')}</XRD>`)],
  ['the name of a file', () => safeFileName(many('a'), new URL('https://a/'))],
  ['an address', () => parseJid(many('a@'))],
  ['an invalid address', () => parseJid(many('<a'))],
  ['an invitation', () => parseInvitation(`xmpp:?${many(';a')}`)],
  ['a duration', () => parseDuration(many('1'))],
  ['a server', () => parseServer(`xmpp://${many('[a')}`)],
  ['names without a proxy', () => bypasses('a.example', 5222, many('b.example,'))],
]

describe('a long input', () => {
  for (const [what, read] of READINGS)
    it(`${what} is parsed in a time that grows with its length`, function () {
      this.timeout(10_000) // linear time is less than a second, quadratic time is minutes
      try {
        read()
      } catch (error) {
        if (!(error instanceof Failure)) throw error
      }
    })
})
