import assert from 'node:assert/strict'
import stringWidth from 'string-width'
import {renderRoster} from '../../src/output/roster.ts'
import {renderVcard} from '../../src/output/vcard.ts'
import type {Contact} from '../../src/protocol/roster/roster.ts'

const contact = (name: string, more: Partial<Contact> = {}): Contact => ({
  jid: 'a@example.com',
  name,
  groups: [],
  subscription: 'both',
  pending: false,
  approved: false,
  ...more,
})

/** ESC, bidi, line breaks, tabs, emoji of families, right to left, wide characters, stacked accents. */
const HOSTILE = [
  '\u{1b}[31mred\u{1b}[2J',
  '\u{202e}gpj.exe',
  'two\nlines\u{2028}three',
  'tab\there',
  '👩‍👩‍👧‍👦 🇩🇪',
  'שלום',
  '漢字かな',
  `e${'\u{301}'.repeat(500)}`,
]

describe('roster table', () => {
  it('has aligned columns for any names', async () => {
    const contacts = HOSTILE.map((name) => contact(name, {groups: [name]}))
    const text = await renderRoster(contacts, {isTTY: true, columns: 100, colour: false})
    const [, , ...rows] = text.split('\n')
    assert.equal(rows.length, HOSTILE.length)
    const starts = rows.map((row) => stringWidth(row.slice(0, row.lastIndexOf('both'))))
    assert.deepEqual(new Set(starts).size, 1, text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test checks that the text has none
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\u{0}-\u{1f}\u{202e}\u{2028}]/u)
  })

  it('has one line for each contact and tabs between columns in a pipe', async () => {
    const contacts = HOSTILE.map((name) => contact(name, {groups: ['a', name], pending: true}))
    const text = await renderRoster(contacts, {isTTY: false, columns: 80, colour: false})
    const rows = text.split('\n').map((row) => row.split('\t'))
    assert.equal(rows.length, HOSTILE.length)
    for (const row of rows) {
      assert.equal(row.length, 5)
      assert.equal(row[0], 'a@example.com')
      assert.deepEqual(row.slice(3), ['both', 'pending'])
    }
  })

  it('shows pending requests and approvals', async () => {
    const approved = {subscription: 'none', approved: true} as const
    const text = await renderRoster(
      [
        contact('A', {...approved, pending: true}),
        contact('B', approved),
        contact('C', {approved: true}), // is subscribed, so the approval no longer matters
      ],
      {isTTY: false, columns: 80, colour: false},
    )
    assert.deepEqual(
      text.split('\n').map((row) => row.split('\t').at(-1)),
      ['pending, approved', 'approved', ''],
    )
  })

  it('shortens titles of nearly empty columns before JIDs', async () => {
    const jid = 'juliet@capulet.verona.test'
    const presence = {jid, available: false, resources: [], last: null}
    const text = await renderRoster([{...contact('Juliet', {jid}), presence}], {
      isTTY: true,
      columns: 60,
      colour: false,
    })
    const [head = '', , row = ''] = text.split('\n')
    assert.ok(row.startsWith(`${jid}  Juliet  `), text)
    assert.match(row, /both.*offline/)
    assert.ok(stringWidth(head) <= 60)
  })

  it('shows presence if it was requested', async () => {
    const presence = {jid: 'a@example.com', available: false, resources: [], last: null}
    const text = await renderRoster(
      [
        {...contact('A'), presence},
        {...contact('B'), presence: null},
      ],
      {
        isTTY: false,
        columns: 80,
        colour: false,
      },
    )
    assert.equal(text, 'a@example.com\tA\t\tboth\t\toffline\t\na@example.com\tB\t\tboth\t\t\t')
  })
})

describe('vCard table', () => {
  it('has the keys of vcard set, and the type and size of a picture', async () => {
    const text = await renderVcard(
      {
        n: [{value: {given: 'Alice', surname: 'Liddell'}, types: [], params: {}}],
        email: [{value: 'a@example.com', types: ['internet', 'work'], params: {}}],
        note: [{value: 'two\nlines', types: [], params: {}}],
        photo: [{value: 'data:image/png;base64,AAEC', types: [], params: {}}],
      },
      {id: 'abc', type: 'image/png', bytes: 3},
      {isTTY: false, columns: 80, colour: false},
    )
    assert.deepEqual(text.split('\n'), [
      'n.surname\tLiddell',
      'n.given\tAlice',
      'email:work\ta@example.com',
      'note\ttwo␊lines',
      'photo\timage/png, 3 bytes',
      'avatar\timage/png, 3 bytes',
    ])
  })
})
