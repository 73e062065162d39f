import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {buildStanzas, parseOutgoing} from '../../../src/services/send/compose.ts'
import {EXCLUDES} from '../../../src/services/send/options.ts'

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

describe('what a caller says of a message', () => {
  it('is a chat message that our server has to accept, unless said otherwise', () => {
    const {message, room, wait} = parseOutgoing({to: 'Juliet@EXAMPLE.com', body: 'hello'})
    assert.deepEqual([message.to, message.type, message.body], [to, 'chat', 'hello'])
    assert.equal(wait, 'accepted')
    assert.equal(message.ask, undefined)
    assert.equal(room, undefined)
  })

  it('is for a room, or for one who is in it', () => {
    assert.equal(parseOutgoing({to: room, body: 'x', room: true}).message.type, 'groupchat')
    const {message} = parseOutgoing({to: `${room}/host`, body: 'x', room: true})
    assert.deepEqual([message.type, message.privately], ['chat', true])
  })

  it('keeps its id for as long as it is tried', () => {
    const outgoing = parseOutgoing({to, body: 'hello'})
    assert.deepEqual(
      buildStanzas(outgoing)[0]?.stanza.attrs.id,
      buildStanzas(outgoing)[0]?.stanza.attrs.id,
    )
  })

  const refused: Record<string, [string, Parameters<typeof parseOutgoing>[0]]> = {
    'no recipient': ['no-recipient', {body: 'x'}],
    'a recipient that is no JID': ['malformed-jid', {to: 'a@@b', body: 'x'}],
    'no text': ['empty-body', {to}],
    'an empty text': ['empty-body', {to, body: ''}],
    'a text of colours only': ['empty-body', {to, body: '\u{1b}[31m'}],
    'a character that XML forbids in the text': ['forbidden-character', {to, body: 'a\u0001'}],
    'one elsewhere': ['forbidden-character', {to, body: 'a', subject: '\u0001'}],
    'half of a character': ['forbidden-character', {to, body: '\ud83d'}],
    'a reaction to nothing': ['no-target', {to, react: ['👍']}],
    'what is for a reaction, and no reaction': ['contradiction', {to, body: 'x', toId: '1'}],
    'a receipt from a room': [
      'contradiction',
      {to: room, room: true, body: 'x', wait: 'delivered'},
    ],
    'a language that is none': ['bad-lang', {to, body: 'x', lang: 'zz zz!'}],
    'a link that is none': ['bad-value', {to, oob: 'not a url'}],
    'a link without a scheme': ['bad-value', {to, oob: 'example.com/plot.png'}],
    'no nickname': ['bad-nick', {to: room, room: true, body: 'x', nick: ''}],
    'a nickname of blanks': ['bad-nick', {to: room, room: true, body: 'x', nick: ' \u3000'}],
    'a nickname that is too long': [
      'malformed-jid',
      {to: room, room: true, body: 'x', nick: 'n'.repeat(2000)},
    ],
    'an unknown type': ['bad-value', {to, body: 'x', type: 'groupchat'}],
    'something else to wait for': ['bad-value', {to, body: 'x', wait: 'read'}],
  }
  for (const [what, [code, options]] of Object.entries(refused))
    it(`is refused with ${what}`, () =>
      assert.throws(() => parseOutgoing(options), failsWith(code)))

  for (const key of ['id', 'lang', 'oob', 'replace', 'replyTo', 'retract', 'thread', 'toId'])
    it(`is refused with an empty ${key}, which is a variable that is not set`, () =>
      assert.throws(() => parseOutgoing({to, body: 'x', [key]: ''}), {
        code: 'empty-value',
        exitCode: 65,
        message: `${key} is empty`,
      }))

  for (const [key, others] of Object.entries(EXCLUDES))
    for (const other of others)
      it(`is refused with ${key} and ${other} at once`, () => {
        const value = (name: string) => (name === 'react' ? ['👍'] : 'urn:x')
        const options = {to, ...(key === 'react' && {toId: '1'})}
        assert.throws(
          () => parseOutgoing({...options, [key]: value(key), [other]: value(other)}),
          failsWith('contradiction'),
        )
      })

  it('may be in any language', () => {
    for (const lang of ['en', 'pt-BR', 'zh-Hant-TW', 'sl-rozaj-biske', 'de-CH-1996', 'x-klingon'])
      assert.equal(parseOutgoing({to, body: 'x', lang}).message.lang, lang)
  })

  it('counts characters where it names a place', () => {
    assert.throws(() => parseOutgoing({to, body: '👍👍\u0001'}), /U\+0001 at offset 2,/)
  })

  it('loses its colours, or shows them', () => {
    const body = '\u{1b}[1mbold\u{1b}[0m'
    assert.equal(parseOutgoing({to, body}).message.body, 'bold')
    assert.equal(parseOutgoing({to, body, keepAnsi: true}).message.body, '␛[1mbold␛[0m')
  })

  it('loses what XML forbids where that was asked for', () => {
    const {message} = parseOutgoing({to, body: 'a\u0000b\ufffe👍', clean: true})
    assert.equal(message.body, 'ab👍')
  })
})

describe('a message over the limit of a server', () => {
  const body = 'a line & more of it <here>\r\n'.repeat(1000)

  it('is refused, with both sizes', () => {
    assert.throws(() => buildStanzas(parseOutgoing({to, body}), 10_000), failsWith('too-large'))
  })

  it('is sent in numbered parts that fit, and lose nothing but the line breaks between them', () => {
    const parcels = buildStanzas(parseOutgoing({to, body, split: true, id: 'x'}), 10_000)
    const stanzas = parcels.map(({stanza}) => stanza)
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

  it('is cut between characters where there are no lines and words', () => {
    const text = '👍'.repeat(10_000)
    const parcels = buildStanzas(parseOutgoing({to, body: text, split: true}), 10_000)
    const bodies = parcels.map(({stanza}) => stanza.getChildText('body') ?? '')
    assert.ok(bodies.every((part) => !/\p{Cs}/u.test(part)))
    assert.equal(bodies.map((part) => part.replace(/^\(.*?\) /, '')).join(''), text)
  })

  it('is refused where it is not the text that is too large', () => {
    const subject = 's'.repeat(20_000)
    assert.throws(
      () => buildStanzas(parseOutgoing({to, body: 'x', subject, split: true}), 10_000),
      failsWith('too-large'),
    )
  })
})
