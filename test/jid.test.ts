import assert from 'node:assert/strict'
import {EXIT, Failure} from '../src/errors.ts'
import {heldSpellings} from '../src/held-jid.ts'
import {bareJid, parseJid} from '../src/jid.ts'

describe('parseJid', () => {
  // RFC 7622 §3.5, table 1: the valid addresses.
  const valid: [string, string][] = [
    ['juliet@example.com', 'juliet@example.com'],
    ['juliet@example.com/foo', 'juliet@example.com/foo'],
    ['juliet@example.com/foo bar', 'juliet@example.com/foo bar'],
    ['juliet@example.com/foo@bar', 'juliet@example.com/foo@bar'],
    ['foo\\20bar@example.com', 'foo\\20bar@example.com'],
    ['fussball@example.com', 'fussball@example.com'],
    ['fußball@example.com', 'fußball@example.com'],
    ['π@example.com', 'π@example.com'],
    ['Σ@example.com/foo', 'σ@example.com/foo'],
    ['king@example.com/♚', 'king@example.com/♚'],
    ['example.com', 'example.com'],
    ['example.com/foobar', 'example.com/foobar'],
    ['a.example.com/b@example.net', 'a.example.com/b@example.net'],
    // Spellings of one address.
    ['Juliet@EXAMPLE.com/Balcony', 'juliet@example.com/Balcony'],
    ['juliet@example.com.', 'juliet@example.com'],
    ['ｊｕｌｉｅｔ@example.com', 'juliet@example.com'],
    ['Zoe\u{308}@example.com', 'zo\u{eb}@example.com'],
    ['a@xn--strae-oqa.example', 'a@straße.example'],
    ['a@b/c\u{a0}d', 'a@b/c d'],
    ['a@b/\u{41}\u{30a}', 'a@b/\u{c5}'],
    // Hosts of private networks.
    ['a@exa_mple.com', 'a@exa_mple.com'],
    ['a@_chat.Exa_mple.com/b', 'a@_chat.exa_mple.com/b'],
    ['a@b_\u{fc}cher.example', 'a@b_\u{fc}cher.example'],
    // Hosts without a dot, and IP addresses.
    ['a@localhost', 'a@localhost'],
    ['a@192.0.2.1', 'a@192.0.2.1'],
    ['a@[2001:DB8:0::1]/r', 'a@[2001:db8::1]/r'],
    // Resources may have nearly all characters.
    ['a@b/c/d', 'a@b/c/d'],
    ['a@b/<x>', 'a@b/<x>'],
    ['room@muc.example/👩\u{200d}💻 ❤\u{fe0f}', 'room@muc.example/👩\u{200d}💻 ❤\u{fe0f}'],
    // RFC 5122.
    ['xmpp:juliet@example.com', 'juliet@example.com'],
    ['XMPP:juliet@example.com/balcony?message;body=hi#x', 'juliet@example.com/balcony'],
    ['xmpp:nasty%25name%5C20x@example.com', 'nasty%name\\20x@example.com'],
    ['xmpp:room@muc.example/a%20b%2Fc?join', 'room@muc.example/a b/c'],
    ['xmpp://guest@example.com/support@example.com?message', 'support@example.com'],
  ]
  for (const [text, full] of valid) {
    it(`reads ${text} as ${full}`, () => assert.equal(parseJid(text).full, full))
  }

  it('returns the parts, without absent ones', () => {
    assert.deepEqual(parseJid('juliet@example.com/balcony'), {
      local: 'juliet',
      domain: 'example.com',
      resource: 'balcony',
      bare: 'juliet@example.com',
      full: 'juliet@example.com/balcony',
    })
    assert.deepEqual(parseJid('example.com'), {
      domain: 'example.com',
      bare: 'example.com',
      full: 'example.com',
    })
  })

  const refused: [string, RegExp][] = [
    ['', /it has no domain/],
    ['juliet@', /it has no domain/],
    ['/foobar', /it has no domain/],
    ['@', /it has no domain/],
    ['a@.', /it has no domain/],
    ['@example.com', /part before the @ is empty/],
    ['juliet@example.com/', /part after the \/ is empty/],
    ['"juliet"@example.com', /local part cannot contain "/],
    ['foo bar@example.com', /local part has a space/],
    [' a@example.com', /begins or ends with white space/],
    ['a@example.com ', /begins or ends with white space/],
    ['a@example.com\n', /begins or ends with white space/],
    ['a@example.com,b@example.com', /domain has a comma/],
    ['a@example.com; b@example.com', /domain has a comma or semicolon/],
    ['a@exa mple.com', /domain has a space/],
    ['a\u{3000}b@example.com', /local part has a space/],
    ['henryⅣ@example.com', /local part cannot contain U\+2173/],
    ['♚@example.com', /local part cannot contain U\+265A/],
    ['mailto:a@example.com', /local part cannot contain :/],
    ['o\u{27}hara@example.com', /cannot contain '/],
    ['a&b@example.com', /cannot contain &/],
    ['ju\u{200b}liet@example.com', /cannot contain U\+200B/],
    ['a\u{202e}b@example.com', /cannot contain U\+202E/],
    ['a\0@example.com', /cannot contain U\+0000/],
    ['a\u{d800}@example.com', /cannot contain U\+D800/],
    ['a\u{378}@example.com', /cannot contain U\+0378/],
    ['ﬁ@example.com', /variant of another/],
    ['a@b@example.com', /more than one @/],
    ['a@☃.example', /domain has an invalid label/],
    ['a@xn--a', /domain has an invalid label/],
    ['a@b%41', /domain has an invalid label/],
    ['a@b\u{202e}', /domain has an invalid label/],
    ['a@b..c', /two dots in a row/],
    ['a@.b', /starts with one/],
    ['a@-b.c', /starts or ends with -/],
    [`a@${'b'.repeat(64)}.c`, /longer than 63 bytes/],
    ['a@1', /IPv4 address is not valid/],
    ['a@0x7f.1', /IPv4 address is not valid/],
    ['a@１', /IPv4 address is not valid/],
    ['a@256.0.0.1', /invalid label/],
    ['a@[::g]', /IPv6 address is not valid/],
    ['a@[fe80::1%25eth0]', /IPv6 address is not valid/],
    ['a@::1', /has no brackets/],
    ['a@b/c\nd', /resource cannot contain U\+000A/],
    ['a@b/\u{202e}', /resource cannot contain U\+202E/],
    ['C:\\jids.txt', /file path/],
    ['c:/jids.txt', /file path/],
    ['https://example.com/x', /looks like a URL/],
    ['Juliet <juliet@example.com>', /display name/],
    ['<juliet@example.com/balcony>', /display name/],
    ['xmpp:', /URI has no address/],
    ['xmpp://example.com', /URI has no address/],
    ['xmpp:a%zz@example.com', /% that does not encode/],
    ['xmpp:a%ff@example.com', /% that does not encode/],
    ['xmpp:a%2Fb@example.com', /cannot contain \//],
    ['xmpp:a%40b@example.com', /cannot contain @/],
  ]
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text).slice(0, 50)}: ${message.source}`, () =>
      assert.throws(() => parseJid(text), {code: 'malformed-jid', exitCode: EXIT.data, message}))
  }

  it('accepts 1023 bytes in each part, counted after normalisation', () => {
    const most = 'é'.repeat(511)
    assert.equal(parseJid(`${most}x@b/${most}x`).local?.length, 512)
    assert.equal(parseJid(`${'e\u{301}'.repeat(511)}x@b`).local, `${most}x`)
    assert.throws(() => parseJid(`${most}xx@b`), {message: /local part has 1024 bytes/})
    assert.throws(() => parseJid(`a@b/${most}xx`), {message: /resource has 1024 bytes/})
    assert.throws(() => parseJid(`a@${'b.'.repeat(511)}cc`), {message: /domain has 1024 bytes/})
  })

  it('quotes only the beginning of a long JID', () =>
    assert.throws(
      () => parseJid(`${'x'.repeat(1_000_000)}@b`),
      ({message}: Failure) => message.length < 200,
    ))

  it('does not change its own result', () => {
    for (const [text] of valid) {
      const once = parseJid(text)
      assert.deepEqual(parseJid(once.full), once)
      assert.equal(parseJid(once.bare).full, once.bare)
    }
  })

  it('returns a normalized JID or throws a Failure for any text', () => {
    const pieces = [
      'a',
      '@',
      '/',
      '.',
      '[',
      ']',
      ':',
      '%',
      ' ',
      '\n',
      'Ａ',
      'ß',
      '\u{d800}',
      'xmpp:',
      '1',
      '-',
      '\u{345}',
      'ſ',
      'İ',
    ]
    for (const a of pieces) {
      for (const b of pieces) {
        for (const c of pieces) {
          const text = `${a}${b}${c}x@y/${c}${a}`
          try {
            const once = parseJid(text)
            assert.equal(parseJid(once.full).full, once.full, text)
          } catch (error) {
            assert.ok(error instanceof Failure, text)
          }
        }
      }
    }
  })
})

describe('bareJid', () => {
  it('drops the resource', () => assert.equal(bareJid('A@B/c'), 'a@b'))
})

describe('heldSpellings', () => {
  const spellings: [text: string, held: string[]][] = [
    ['Romeo@Example.net/Orchard', ['romeo@example.net/Orchard']],
    ['xmpp:romeo@example.net', ['romeo@example.net']],
    ['foo@bar.org.', ['foo@bar.org.', 'foo@bar.org']],
    ['a@xn--bcher-kva.example', ['a@xn--bcher-kva.example', 'a@b\u{fc}cher.example']],
    // None of these is a JID.
    ['foo@bar.org:5222', ['foo@bar.org:5222']],
    ['x@-dash.org', ['x@-dash.org']],
    ['bar..org', ['bar..org']],
    ['foo@[bad]', ['foo@[bad]']],
    ['foo@bar.co,', ['foo@bar.co,']],
    ['foo@bar org', ['foo@bar org']],
    ['foo@xn--zz.org', ['foo@xn--zz.org']],
    ['\u{2603}@bar.org', ['\u{2603}@bar.org']],
  ]
  for (const [text, held] of spellings)
    it(`has ${held.join(' and ')} for ${text}`, () => assert.deepEqual(heldSpellings(text), held))

  for (const text of [
    ...['', '@', '@bar.org', 'foo@', 'foo bar@bar.org', 'foo@bar.org ', 'a@b@bar.org', 'a@b\n'],
    ...['Juliet <juliet@example.com>', 'https://example.com/x', 'C:\\jids.txt', 'xmpp:a@bar..org'],
    'mailto:juliet@example.com',
  ])
    it(`refuses ${JSON.stringify(text)}, which no server stores`, () =>
      assert.throws(() => heldSpellings(text), {code: 'malformed-jid', exitCode: EXIT.data}))
})
