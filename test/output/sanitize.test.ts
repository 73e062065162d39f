import assert from 'node:assert/strict'
import {sanitizeLine, sanitizeText} from '../../src/output/sanitize.ts'

/** None of these may reach a terminal, except a joiner or variation selector in its proper place. */
const DANGEROUS =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u{61c}\u{200b}\u{200e}\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]/u

describe('sanitizeLine', () => {
  const hostile: [string, string, string][] = [
    ['an ESC sequence', '\u{1b}[31mred\u{1b}[0m', '␛[31mred␛[0m'],
    ['a window title', '\u{1b}]0;owned\u{7}', '␛]0;owned␇'],
    ['an 8-bit CSI', '\u{9b}31m', '\\u{9b}31m'],
    ['line breaks', 'a\r\nb\nc', 'a␍␊b␊c'],
    ['a tab', 'a\tb', 'a␉b'],
    ['NUL, backspace and DEL', '\0\b\u{7f}', '␀␈␡'],
    ['U+0085, which some terminals obey', 'a\u{85}b', 'a\\u{85}b'],
    ['line and paragraph separators', '\u{2028}\u{2029}', '\\u{2028}\\u{2029}'],
    ['a bidi override', 'exe.\u{202e}gpj', 'exe.\\u{202e}gpj'],
    [
      'bidi isolates and marks',
      '\u{2066}\u{2069}\u{200e}\u{61c}',
      '\\u{2066}\\u{2069}\\u{200e}\\u{61c}',
    ],
    ['a zero-width space', 'ju\u{200b}liet', 'ju\\u{200b}liet'],
    ['a byte order mark', '\u{feff}juliet', '\\u{feff}juliet'],
    ['a soft hyphen', 'ju\u{ad}liet', 'ju\\u{ad}liet'],
    ['a Hangul filler, a name of nothing', '\u{3164}', '\\u{3164}'],
    ['tag characters', 'hi\u{e0041}\u{e0042}', 'hi\\u{e0041}\\u{e0042}'],
    ['an unpaired surrogate', 'a\u{d800}b', 'a\\u{d800}b'],
    ['a joiner between Latin letters', 'ju\u{200d}liet', 'ju\\u{200d}liet'],
    ['a joiner at an end', '👩\u{200d}', '👩\\u{200d}'],
    ['a variation selector on a letter', 'a\u{fe0f}', 'a\\u{fe0f}'],
    ['a second variation selector', '❤\u{fe0f}\u{fe0f}', '❤\u{fe0f}\\u{fe0f}'],
    [
      'a flag that hides a message',
      `🏴${'\u{e0061}'.repeat(9)}\u{e007f}`,
      `🏴${'\\u{e0061}'.repeat(9)}\\u{e007f}`,
    ],
  ]
  for (const [what, text, shown] of hostile) {
    it(`makes ${what} visible`, () => assert.equal(sanitizeLine(text), shown))
  }

  const harmless = {
    ASCII: 'Juliet <juliet@example.com>',
    'the empty text': '',
    CJK: '日本語 한국어',
    'right-to-left letters': 'שָׁלוֹם مُحَمَّد',
    'Persian with its joiner': 'می\u{200c}خواهم',
    'Sinhala with its joiner': 'ශ\u{dca}\u{200d}රී',
    'an ideograph with its variant': '葛\u{e0100}',
    'combining accents': 'Zoe\u{308}',
    'a family': '👩\u{200d}👩\u{200d}👧',
    'a profession with a skin colour': '🧑🏽\u{200d}💻',
    'a heart on fire': '❤\u{fe0f}\u{200d}🔥',
    'a keycap': '1\u{fe0f}\u{20e3}',
    'the flag of Wales': '🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}',
    'a backslash escape that was typed': '\\u{202e}',
  }
  for (const [what, text] of Object.entries(harmless)) {
    it(`does not change ${what}`, () => assert.equal(sanitizeLine(text), text))
  }

  it('escapes every code point that controls a terminal or is invisible', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      // Also between letters of a joining script, where a joiner is allowed.
      for (const text of [`a${String.fromCodePoint(code)}b`, `ش${String.fromCodePoint(code)}ه`]) {
        assert.doesNotMatch(sanitizeLine(text), DANGEROUS)
      }
    }
  }).timeout(20_000)

  it('does not change its own output', () => {
    for (const [, text] of hostile)
      assert.equal(sanitizeLine(sanitizeLine(text)), sanitizeLine(text))
  })

  it('takes time in proportion to the text', () => {
    sanitizeLine(
      '👩\u{200d}'.repeat(50_000) + '\u{1b}'.repeat(100_000) + '\u{e0061}🏴'.repeat(50_000),
    )
  }).timeout(20_000) // a fraction of a second; minutes if the time were quadratic
})

describe('sanitizeText', () => {
  const breaks = ['\n', '\r\n', '\r', '\v', '\f', '\u{85}', '\u{2028}', '\u{2029}']
  for (const mark of breaks) {
    it(`indents the text after ${JSON.stringify(mark)}`, () =>
      assert.equal(sanitizeText(`hi${mark}juliet: forged`, '  '), 'hi\n  juliet: forged'))
  }

  it('keeps empty lines, indented, so that none of them ends the record', () =>
    assert.equal(sanitizeText('a\n\nb\n', '| '), 'a\n| \n| b\n| '))

  it('shows a tab as spaces', () => assert.equal(sanitizeText('if:\n\tgo', ''), 'if:\n    go'))

  it('cleans every line like a field', () =>
    assert.equal(sanitizeText('\u{1b}[2J\n\u{202e}b', '  '), '␛[2J\n  \\u{202e}b'))

  it('does not change an ordinary body', () =>
    assert.equal(sanitizeText('Wherefore?', '  '), 'Wherefore?'))

  it('starts every line but the first with the indent, for any text', () => {
    const pieces = [...breaks, 'x', '\u{1b}', '\t', '日', '\n\r', '']
    for (const a of pieces) {
      for (const b of pieces) {
        for (const c of pieces) {
          const [first, ...rest] = sanitizeText(`>${a}${b}${c}<`, '  ').split(
            /[\n\r\v\f\u0085\u2028\u2029]/,
          )
          assert.ok(first?.startsWith('>'))
          assert.ok(rest.every((line) => line.startsWith('  ')))
        }
      }
    }
  })
})
