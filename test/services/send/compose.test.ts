import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {wantsReceipt} from '../../../src/protocol/message/receipt.ts'
import {NS_MUC_USER} from '../../../src/protocol/muc/room.ts'
import {buildStanza, fitToLimit} from '../../../src/services/send/compose.ts'
import {EXCLUDES, type MessageOptions} from '../../../src/services/send/options.ts'

const to = 'juliet@example.com'
const room = 'tea@conference.example.com'

const failsWith =
  (code: string, exitCode = 65) =>
  (error: unknown) => {
    assert.ok(error instanceof Failure)
    assert.equal(error.code, code)
    assert.equal(error.exitCode, exitCode)
    return true
  }

describe('buildStanza', () => {
  const bodyOf = (options: MessageOptions) => buildStanza(options).element.getChildText('body')

  it('builds a chat message that succeeds when the server has accepted it', () => {
    const {element, room, wait} = buildStanza({to: 'Juliet@EXAMPLE.com', body: 'hello'})
    assert.deepEqual([element.attrs.to, element.attrs.type], [to, 'chat'])
    assert.equal(element.getChildText('body'), 'hello')
    assert.equal(wait, 'accepted')
    assert.equal(wantsReceipt(element), false)
    assert.equal(room, undefined)
  })

  it('builds a message to a room, and one to an occupant', () => {
    const toRoom = buildStanza({to: room, body: 'x', room: true})
    assert.equal(toRoom.element.attrs.type, 'groupchat')
    const {element} = buildStanza({to: `${room}/host`, body: 'x', room: true})
    assert.equal(element.attrs.type, 'chat')
    assert.ok(element.getChild('x', NS_MUC_USER))
  })

  it('gives each message an id', () => {
    assert.match(buildStanza({to, body: 'hello'}).element.attrs.id, /^[\da-f-]{36}$/)
    assert.equal(buildStanza({to, body: 'hello', id: 'x'}).element.attrs.id, 'x')
  })

  const refused: Record<string, [string, MessageOptions]> = {
    'no recipient': ['no-recipient', {body: 'x'}],
    'a recipient that is not a JID': ['malformed-jid', {to: 'a@@b', body: 'x'}],
    'no text': ['empty-body', {to}],
    'an empty text': ['empty-body', {to, body: ''}],
    'a text of only colour codes': ['empty-body', {to, body: '\u{1b}[31m'}],
    'a character that XML forbids in the text': ['forbidden-character', {to, body: 'a\u0001'}],
    'a character that XML forbids in the subject': [
      'forbidden-character',
      {to, body: 'a', subject: '\u0001'},
    ],
    'half of a surrogate pair': ['forbidden-character', {to, body: '\ud83d'}],
    'a reaction without a message id': ['no-target', {to, react: ['👍']}],
    'a message id without a reaction': ['contradiction', {to, body: 'x', toId: '1'}],
    'a receipt from a room': [
      'contradiction',
      {to: room, room: true, body: 'x', wait: 'delivered'},
    ],
    'an invalid language tag': ['bad-lang', {to, body: 'x', lang: 'zz zz!'}],
    'an invalid URL': ['bad-value', {to, oob: 'not a url'}],
    'a URL without a scheme': ['bad-value', {to, oob: 'example.com/plot.png'}],
    'an empty nickname': ['bad-nick', {to: room, room: true, body: 'x', nick: ''}],
    'a nickname of only spaces': ['bad-nick', {to: room, room: true, body: 'x', nick: ' \u3000'}],
    'a nickname that is too long': [
      'malformed-jid',
      {to: room, room: true, body: 'x', nick: 'n'.repeat(2000)},
    ],
    'an unknown type': ['bad-value', {to, body: 'x', type: 'groupchat'}],
    'an unknown state for wait': ['bad-value', {to, body: 'x', wait: 'read'}],
  }
  for (const [what, [code, options]] of Object.entries(refused))
    it(`refuses ${what}`, () => assert.throws(() => buildStanza(options), failsWith(code)))

  for (const key of ['id', 'lang', 'oob', 'replace', 'replyTo', 'retract', 'thread', 'toId'])
    it(`refuses an empty ${key}, as from a variable that is not set`, () =>
      assert.throws(() => buildStanza({to, body: 'x', [key]: ''}), {
        code: 'empty-value',
        exitCode: 65,
        message: `${key} is empty`,
      }))

  for (const [key, others] of Object.entries(EXCLUDES))
    for (const other of others)
      it(`refuses ${key} together with ${other}`, () => {
        const value = (name: string) => (name === 'react' ? ['👍'] : 'urn:x')
        const options = {to, ...(key === 'react' && {toId: '1'})}
        assert.throws(
          () => buildStanza({...options, [key]: value(key), [other]: value(other)}),
          failsWith('contradiction'),
        )
      })

  it('accepts any valid language tag', () => {
    for (const lang of ['en', 'pt-BR', 'zh-Hant-TW', 'sl-rozaj-biske', 'de-CH-1996', 'x-klingon'])
      assert.equal(buildStanza({to, body: 'x', lang}).element.attrs['xml:lang'], lang)
  })

  it('counts code points in the offset of an error', () => {
    assert.throws(() => buildStanza({to, body: '👍👍\u0001'}), /U\+0001 at offset 2,/)
  })

  it('removes colour codes, or makes them visible', () => {
    const body = '\u{1b}[1mbold\u{1b}[0m'
    assert.equal(bodyOf({to, body}), 'bold')
    assert.equal(bodyOf({to, body, keepAnsi: true}), '␛[1mbold␛[0m')
  })

  it('removes characters that XML forbids if clean is set', () => {
    assert.equal(bodyOf({to, body: 'a\u0000b\ufffe👍', clean: true}), 'ab👍')
  })
})

describe('fitToLimit, for a message that is too large', () => {
  const body = 'a line & more of it <here>\r\n'.repeat(1000)

  it('refuses it', () => {
    assert.throws(() => fitToLimit(buildStanza({to, body}), 10_000), failsWith('too-large'))
  })

  it('splits it into numbered parts that fit and lose only the line breaks between them', () => {
    const fitting = fitToLimit(buildStanza({to, body, split: true, id: 'x'}), 10_000)
    const stanzas = fitting.map(({element}) => element)
    for (const stanza of stanzas)
      assert.ok(Buffer.byteLength(String(stanza).replaceAll('\r', '&#xD;')) <= 10_000)
    const numbered = stanzas.map((stanza) => stanza.getChildText('body') ?? '')
    const parts = numbered.map((part, i) => {
      const label = `(${i + 1}/${stanzas.length}) `
      assert.ok(part.startsWith(label))
      return part.slice(label.length)
    })
    assert.equal(parts.join('\n'), body)
    assert.equal(stanzas[1]?.attrs.id, 'x-2')
  })

  it('gives each part the id of its number, and keeps all other content', () => {
    const options = {to, body, split: true, id: 'x', subject: 's', noStore: true}
    const fitting = fitToLimit(buildStanza(options), 10_000)
    for (const [i, {element}] of fitting.entries()) {
      const expected = {...options, body: element.getChildText('body') ?? '', id: `x-${i + 1}`}
      assert.equal(String(element), String(buildStanza(expected).element))
    }
  })

  it('does not check a stanza of --raw', () => {
    const {element, wait} = buildStanza({to, body})
    assert.deepEqual(fitToLimit({element, wait}, 10_000), [{element, wait}])
  })

  it('splits between characters if the text has no lines and words', () => {
    const text = '👍'.repeat(10_000)
    const fitting = fitToLimit(buildStanza({to, body: text, split: true}), 10_000)
    const bodies = fitting.map(({element}) => element.getChildText('body') ?? '')
    assert.ok(bodies.every((part) => !/\p{Cs}/u.test(part)))
    assert.equal(bodies.map((part) => part.replace(/^\(.*?\) /, '')).join(''), text)
  })

  it('refuses it if another part than the text is too large', () => {
    const subject = 's'.repeat(20_000)
    assert.throws(
      () => fitToLimit(buildStanza({to, body: 'x', subject, split: true}), 10_000),
      failsWith('too-large'),
    )
  })
})
