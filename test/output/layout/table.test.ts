import assert from 'node:assert/strict'
import {stripVTControlCharacters} from 'node:util'
import stringWidth from 'string-width'
import {renderTable} from '../../../src/output/layout/table.ts'

const pipe = {isTTY: false, columns: 0, colour: false}
const terminal = (columns: number, colour = false) => ({isTTY: true, columns, colour})

const ESC = '\u{1b}'
const HEAD = ['JID', 'Name', 'Subscription', 'Groups']
const ROWS = [
  ['juliet@example.com', 'Juliet', 'both', 'Family, Verona'],
  ['nurse@example.com', '', 'to', ''],
]
/** Names whose width is often measured wrongly. */
const WIDE = [
  '日本語の名前',
  '🫠🪿',
  '👩‍👩‍👧‍👦',
  '🧑🏽‍💻',
  'שָׁלוֹם',
  'مُحَمَّد',
  'สวัสดีที่',
  'Zoe\u{308}',
  '\u{1b}[31mred',
  '1️⃣',
]

describe('table in a pipe', () => {
  it('is the rows, tab-separated, and nothing else', async () =>
    assert.equal(
      await renderTable(HEAD, ROWS, {...pipe, colour: true}),
      'juliet@example.com\tJuliet\tboth\tFamily, Verona\nnurse@example.com\t\tto\t',
    ))

  it('shortens nothing', async () => {
    const long = 'x'.repeat(10_000)
    assert.equal(await renderTable(['A'], [[long]], {...pipe, columns: 20}), long)
  })

  it('has one line for each row and one field for each cell, for any text', async () => {
    const text = await renderTable(
      ['A', 'B'],
      [
        ['a\tb', 'c\nd'],
        ['\u{1b}[2J', '\u{2028}'],
      ],
      pipe,
    )
    assert.deepEqual(
      text.split(/[\n\r\u2028]/).map((line) => line.split('\t').length),
      [2, 2],
    )
    assert.ok(!text.includes(ESC))
  })
})

describe('table on a terminal', () => {
  it('has a rule under its header, two spaces between columns, and no frame', async () =>
    assert.equal(
      await renderTable(HEAD, ROWS, terminal(80)),
      [
        'JID                 Name    Subscription  Groups',
        '──────────────────  ──────  ────────────  ──────────────',
        'juliet@example.com  Juliet  both          Family, Verona',
        'nurse@example.com           to',
      ].join('\n'),
    ))

  it('shortens the widest columns first and the first column last, with an ellipsis', async () =>
    assert.equal(
      await renderTable(HEAD, ROWS, terminal(48)),
      [
        'JID                 Name    Subscription  Groups',
        '──────────────────  ──────  ────────────  ──────',
        'juliet@example.com  Juliet  both          Famil…',
        'nurse@example.com           to',
      ].join('\n'),
    ))

  it('omits columns that are empty in all rows, except the first column', async () =>
    assert.equal(
      await renderTable(
        HEAD,
        [
          ['', '', 'both', ''],
          ['', '', 'to', ''],
        ],
        terminal(80),
      ),
      'JID  Subscription\n───  ────────────\n     both\n     to',
    ))

  it('shortens a JID last, in any column', async () =>
    assert.equal(
      await renderTable(
        ['Account', 'JID', 'Server'],
        [['the-account-of-the-builds', 'builds@example.com', 'xmpps://xmpp.example.com']],
        terminal(40),
      ),
      [
        'Account    JID                 Server',
        '─────────  ──────────────────  ─────────',
        'the-acco…  builds@example.com  xmpps://…',
      ].join('\n'),
    ))

  it('draws the header alone when there are no rows', async () =>
    assert.equal(await renderTable(['A', 'B'], [], terminal(80)), 'A  B\n─  ─'))

  it('makes the header bold, and nothing else, when there is colour', async () => {
    const text = await renderTable(HEAD, ROWS, terminal(80, true))
    assert.ok(text.startsWith('\u{1b}[1mJID\u{1b}[22m  '))
    assert.equal(stripVTControlCharacters(text), await renderTable(HEAD, ROWS, terminal(80)))
    assert.ok(text.lastIndexOf(ESC) < text.indexOf('\n'))
  })

  it('has no ANSI without colour', async () =>
    assert.ok(!(await renderTable(HEAD, ROWS, terminal(80))).includes(ESC)))

  it('uses 80 columns for a terminal of unknown width', async () => {
    const rows = [['x'.repeat(100)]]
    assert.equal(
      await renderTable(['A'], rows, terminal(0)),
      await renderTable(['A'], rows, terminal(80)),
    )
  })

  it('aligns columns inside the terminal, in every script and width', async () => {
    const rows = WIDE.flatMap((a) => WIDE.map((b) => [a, `${b}${a}${b}`, '|']))
    for (let columns = 10; columns <= 80; columns += 7) {
      const [, , ...lines] = (await renderTable(['A', 'B', 'C'], rows, terminal(columns))).split(
        '\n',
      )
      assert.equal(lines.length, rows.length)
      const [first = ''] = lines
      for (const line of lines) {
        assert.ok(line.endsWith('  |'), line)
        assert.equal(stringWidth(line), stringWidth(first), line)
        assert.ok(stringWidth(line) <= columns, line)
      }
    }
  })

  it('keeps private-use characters in a name', async () =>
    assert.equal(
      await renderTable(['A', 'B'], [['\u{e000}\u{e000}', 'b']], terminal(80)),
      'A   B\n──  ─\n\u{e000}\u{e000}  b',
    ))

  it('draws a hundred thousand rows and a cell of a million characters', async () => {
    const rows = Array.from({length: 100_000}, () => ['x'])
    const text = await renderTable(['A'], [...rows, ['y'.repeat(1_000_000)]], terminal(60))
    assert.ok(text.endsWith(`\n${'y'.repeat(59)}…`))
  })

  for (const pile of ['\u{301}', '👩\u{200d}', '日', '\u{1b}']) {
    it(`is fast for a cell of 100000 times ${JSON.stringify(pile)}`, async () => {
      const text = await renderTable(['A'], [[`x${pile.repeat(100_000)}`]], terminal(60))
      assert.ok(text.endsWith('…') && !/\p{Cs}/u.test(text))
      assert.ok(stringWidth(text.split('\n')[2] ?? '') <= 60)
    }).timeout(10_000) // a fraction of a second; minutes if the time were quadratic
  }
})
