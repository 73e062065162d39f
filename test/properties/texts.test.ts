/** Texts from users, files and servers are parsed, or refused with a failure that names the problem. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {parseConfig} from '../../src/account/config/config.ts'
import {hasHelpFlag, hasJsonFlag, withOptionalValue} from '../../src/cli/argv.ts'
import {unknownCommand, usageFailure} from '../../src/cli/parse-errors.ts'
import {parseFlag} from '../../src/cli/parse-flag.ts'
import {parseDateTime} from '../../src/date-time.ts'
import {parseDuration} from '../../src/duration.ts'
import {EXIT, Failure} from '../../src/errors.ts'
import {parseHttpsUrl} from '../../src/http.ts'
import {parseJid} from '../../src/jid.ts'
import {parseTemplate} from '../../src/output/template.ts'
import {type FormField, parseAnswers} from '../../src/protocol/core/data-form.ts'
import {parseTime} from '../../src/protocol/core/delay.ts'
import {parseSize} from '../../src/protocol/message/file-metadata.ts'
import {parseInvitation} from '../../src/protocol/registration/invitation.ts'
import {parsePortable} from '../../src/protocol/roster/import-export.ts'
import {fromDataUri} from '../../src/protocol/vcard/image.ts'
import {parseVcf} from '../../src/protocol/vcard/vcf.ts'
import {parseSha256} from '../../src/services/download/flags.ts'
import {parseGivenAnswers} from '../../src/services/form/answers.ts'
import {parseFormFile} from '../../src/services/form/form-file.ts'
import {parsePosition} from '../../src/services/history/position.ts'
import {parseMatch, parseTimeFlag} from '../../src/services/listen/event-flags.ts'
import {parseUnprinted} from '../../src/services/listen/unprinted.ts'
import {parseLangTexts} from '../../src/services/presence/lang-text.ts'
import {parseGather} from '../../src/services/send/batch/gather-lines.ts'
import {dryRunLine} from '../../src/services/send/batch/line.ts'
import {JSON_LINES} from '../../src/services/send/batch/line-format.ts'
import {parseRate} from '../../src/services/send/batch/rate-limiter.ts'
import {buildStanza, parseWait} from '../../src/services/send/compose.ts'
import {parseLine} from '../../src/services/send/options.ts'
import {parseRaw, parseStanza} from '../../src/services/send/raw.ts'
import {parseRecipients} from '../../src/services/send/recipients.ts'
import {parseDefinition} from '../../src/services/serve/definition.ts'
import {parseByteCount} from '../../src/services/transfer/byte-count.ts'
import {parseRetryAfter} from '../../src/services/transfer/http-status.ts'
import {checkBound} from '../../src/session/auth/bind.ts'
import {hashedToken} from '../../src/session/auth/hashed-token.ts'
import {scram} from '../../src/session/auth/scram.ts'
import {parseServer, parseWebSocketUrl} from '../../src/session/connect/endpoint.ts'
import {parseJrd, parseXrd} from '../../src/session/connect/host-meta.ts'
import {bypasses} from '../../src/session/connect/no-proxy.ts'
import {parseProxy} from '../../src/session/connect/proxy-address.ts'
import {parsePin} from '../../src/session/tls/certificate.ts'
import {anyText, textOf} from '../support/arbitrary.ts'

const FIELDS: FormField[] = ['username', 'constructor', '__proto__'].map((name) => ({
  ...{
    name,
    label: name,
    description: null,
    required: true,
    values: [],
    options: [],
    media: [],
    open: false,
    validation: null,
  },
  type: 'text-multi',
}))

const WORDS = [
  'juliet@example.com',
  '--json',
  '--',
  '-h',
  '--hold',
  'hello',
  'localhost',
  '-',
  'send',
]
const JID = [
  'juliet',
  '@',
  'example.com',
  '/',
  'xmpp:',
  '[::1]',
  '%40',
  'xn--',
  '.',
  '-',
  'ß',
  'ﬁ',
  'İ',
  '\u{200d}',
]
const XML = [
  "<message to='a@b'>",
  '</message>',
  '<body>',
  '</body>',
  '<a:b/>',
  '&amp;',
  '&lt',
  '<![CDATA[',
  ']]>',
  '<!--',
  '<?xml?>',
]
const JSON_TEXT = [
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"to"',
  '"a@b"',
  '"body"',
  '"x"',
  'null',
  'true',
  '{"to":"a@b","body":"x"}',
]
const NETWORK = [
  'xmpp',
  'xmpps',
  'wss',
  'http',
  'socks5h',
  '://',
  'example.com',
  '[::1]',
  ':',
  '5222',
  '0',
  '99999',
  '@',
  '%',
  '/',
  '#',
]
const VCF = [
  'BEGIN:VCARD\n',
  'END:VCARD',
  'VERSION:4.0\n',
  'N',
  ':',
  ';',
  ',',
  '\\',
  '\r\n',
  ' ',
  '"',
  '=',
  'ENCODING=QUOTED-PRINTABLE',
  'TYPE=work',
  'EMAIL',
  '=3D',
]
const TOML = [
  '[accounts.a]\n',
  '[defaults]\n',
  'default_account = "a"\n',
  'jid = "a@b"\n',
  'retry = 1\n',
  'password_command = ["a"]\n',
  '"',
  "'''",
  '[[',
  '=',
  '\n',
  '__proto__ = 1\n',
  '[accounts.__proto__]\n',
]

const PARSERS: [name: string, pieces: string[], parse: (text: string) => unknown][] = [
  ['parseJid', JID, parseJid],
  ['parseFlag', ['1', 'h', 'x'], (text) => parseFlag('--hold', text, parseDuration)],
  ['parseDuration', ['1', '.', '5', 'h', 'm', 's', 'ms', '9999999999'], parseDuration],
  ['parseTemplate', ['{', '}', 'body', 'reply.id', '\\', 'n', ':'], parseTemplate],
  ['parseGather', ['1', '.', '0', 's', 'ms', 'd', '99999999'], parseGather],
  ['parseRate', ['1', '.', '0', '5', '/s', '0.00000001'], parseRate],
  [
    'parseDateTime',
    ['2024-02-30', '2024-05-06', 'T', '07:08:09', '.123', 'Z', '+25:00'],
    parseDateTime,
  ],
  ['parseTimeFlag', ['2024-05-06', 'T07:08', '2h', '-', '1'], parseTimeFlag],
  ['parseHttpsUrl', ['https', '://', 'a', ':', '@', '[', '%'], parseHttpsUrl],
  ['parseByteCount', ['1', '99999999', '-', '.'], parseByteCount],
  ['parseSha256', ['0123456789abcdef0123456789abcdef', 'x'], parseSha256],
  ['parseRetryAfter', ['1', '99999999', 'Fri, ', ' Jan', '2026'], parseRetryAfter],
  ['parseMatch', ['a', '(', ')', '[', '*', '\\'], parseMatch],
  ['parsePosition', ['{', '}', '"after":"1"', ',', '"archive":"a"', 'null'], parsePosition],
  ['parseTime', ['2024-05-06', 'T', '07:08:09', '.123', 'Z', '+25:00'], parseTime],
  ['parseStanza', XML, parseStanza],
  ['parseRaw', XML, (text) => parseRaw(text, 'delivered')],
  ['parseWait', ['accepted', 'delivered'], parseWait],
  ['parseLine', JSON_TEXT, parseLine],
  ['parseUnprinted', XML, parseUnprinted],
  ['buildStanza', JSON_TEXT, (text) => buildStanza(parseLine(text))],
  [
    'dryRunLine',
    JSON_TEXT,
    (text) =>
      dryRunLine({number: 1, text, isUtf8: true}, {defaults: {to: 'a@b'}, format: JSON_LINES}),
  ],
  [
    'parsePortable, as XML',
    ['<query xmlns="jabber:iq:roster">', '</query>', '<item jid="a@b"/>', ...XML],
    parsePortable,
  ],
  ['parsePortable, as JSON', ['{"jid":"a@b"}', '{"contacts":[', ...JSON_TEXT], parsePortable],
  ['parseVcf', VCF, parseVcf],
  ['parseVcf of one vCard', VCF.slice(3), (text) => parseVcf(`BEGIN:VCARD\n${text}\nEND:VCARD`)],
  [
    'parseInvitation',
    ['xmpp:', 'a@b', '?', 'register', ';', 'preauth=', '%', 'https://'],
    parseInvitation,
  ],
  [
    'parseAnswers',
    FIELDS.flatMap(({name}) => [`${name}=`, 'x']),
    (pair) => parseAnswers([pair], FIELDS),
  ],
  [
    'parseGivenAnswers',
    FIELDS.flatMap(({name}) => [`${name}=`, 'x']),
    (pair) => parseGivenAnswers(FIELDS, {pairs: [], secrets: [pair]}),
  ],
  [
    'parseFormFile',
    ['{"fields":[', '{"name":"a",', ...JSON_TEXT],
    (text) => parseFormFile(text, 'x'),
  ],
  ['parseSize', [' 1', '9'.repeat(20), '-', '1e3'], parseSize],
  [
    'parseDefinition',
    ['{"fields":[', '{"name":"a",', ...JSON_TEXT],
    (text) => parseDefinition(text, 'x'),
  ],
  ['fromDataUri', ['data:', 'image/png', ';base64', ',', 'AAAA'], fromDataUri],
  ['parsePin', ['sha256:', 'a'.repeat(64), 'A'.repeat(43), '='], parsePin],
  ['parseServer', NETWORK, parseServer],
  ['parseWebSocketUrl', NETWORK, parseWebSocketUrl],
  ['parseProxy', NETWORK, parseProxy],
  [
    'bypasses',
    [...NETWORK, '*', ',', '10.0.0.0/8', '::/0'],
    (rules) => bypasses('10.1.2.3', 5222, rules),
  ],
  [
    'parseJrd',
    [
      '{"links":[',
      '{"rel":"urn:xmpp:alt-connections:websocket","href":"',
      'wss://a/b',
      '"}',
      ']}',
      ...JSON_TEXT,
    ],
    parseJrd,
  ],
  [
    'parseXrd',
    [
      '<XRD>',
      "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://a/b'/>",
      '</XRD>',
      ...XML,
    ],
    parseXrd,
  ],
  ['checkBound', JID, (jid) => checkBound(jid, 'example.com')],
  ['SCRAM', ['r=n', 'n', ',s=AAAA', ',i=', '1', '4096', ',m=x', ',h=', '='], answerOf],
  [
    'a hashed token',
    ['AAAA', '='],
    (text) => hashedToken('HT', 'a', 'b').finish(Buffer.from(text)),
  ],
  ['parseConfig', TOML, (text) => parseConfig(text, 'config.toml')],
]

/** The response of a client with the nonce `n` to a challenge. */
function answerOf(challenge: string): void {
  const mechanism = scram('SCRAM-SHA-1', {username: 'a', password: 'b', nonce: 'n'})
  mechanism.respond(Buffer.from(challenge.replace(/i=\d{4,}/, 'i=4096')))
  mechanism.finish(Buffer.from(challenge))
}

const LISTS: [name: string, parse: (words: string[]) => unknown][] = [
  ['parseRecipients', (words) => parseRecipients(words, 'last-argument')],
  ['parseRecipients without a text', (words) => parseRecipients(words, 'elsewhere')],
  ['parseLangTexts', parseLangTexts],
  ['withOptionalValue', (words) => withOptionalValue(words, '--hold', 'always')],
  ['the words --json and --help', (words) => [hasJsonFlag(words), hasHelpFlag(words)]],
  ['unknownCommand', (words) => unknownCommand(words, ['send', 'roster:add'])],
  ['usageFailure', ([message]) => usageFailure(Object.assign(new Error(message), {oclif: {}}))],
]

/** A text may be refused, but only with a `Failure`. */
async function readsOrRefuses(read: () => unknown): Promise<void> {
  try {
    await read()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    assert.notEqual(error.exitCode, EXIT.software)
  }
}

describe('a text from outside', () => {
  for (const [name, pieces, parse] of PARSERS)
    it(`${name} accepts or refuses any text`, async () => {
      const reads = (text: string) => readsOrRefuses(() => parse(text))
      await fc.assert(fc.asyncProperty(textOf(...pieces), reads))
    })

  for (const [name, parse] of LISTS)
    it(`${name} accepts or refuses any words`, async () => {
      const words = fc.array(fc.oneof(fc.constantFrom(...WORDS), anyText()))
      await fc.assert(fc.asyncProperty(words, (list) => readsOrRefuses(() => parse(list))))
    })
})
