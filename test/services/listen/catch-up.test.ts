import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {buildPresence} from '../../../src/protocol/presence/presence.ts'
import {EventStream} from '../../../src/services/listen/event-stream.ts'
import type {EventStreamOptions} from '../../../src/services/listen/event-stream-options.ts'
import type {StreamItem} from '../../../src/services/listen/listen-event.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import type {Element, StanzaChannel} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const JULIET = 'juliet@capulet.lit'
const forgotten = new Failure('item-not-found', 'Not found', EXIT.noUser, {
  condition: 'item-not-found',
})

/** What an archive answers to a query: results, and then `<fin/>` or an error. */
type Archive = (query: Asked) => {results: string[]; fin: string}

interface Asked {
  after: string | null
  start: string | null
  end: string | null
}

/** The first events of a session whose archive answers like that, and what it was asked. */
async function follow(archive: Archive, left: EventStreamOptions['resumePoint'], most: number) {
  const inbox = new Inbox()
  const asked: Asked[] = []
  const fieldOf = (query: Element, name: string): string | null =>
    query
      .getChild('x')
      ?.getChildren('field')
      .find(({attrs}) => attrs.var === name)
      ?.getChildText('value') ?? null
  const server = {
    async sendConfirmed(): Promise<void> {},
    async set(query: Element): Promise<Element> {
      const after = query.getChild('set')?.getChildText('after') ?? null
      asked.push({after, start: fieldOf(query, 'start'), end: fieldOf(query, 'end')})
      const {fin, results} = archive(asked.at(-1) as Asked)
      for (const result of results)
        inbox.put(
          el`<message from="${JULIET}">
               <result xmlns="urn:xmpp:mam:2" queryid="${query.attrs.queryid as string}" ${result}</result>
             </message>`,
          undefined,
        )
      return el`<fin xmlns="urn:xmpp:mam:2">${fin}</fin>`
    },
    incoming: () => inbox.open(),
  } as unknown as StanzaChannel
  const stream = new EventStream(server, {
    own: JULIET,
    buildPresence: () => buildPresence({}),
    carbons: false,
    rooms: [],
    since: undefined,
    resumePoint: left,
  })
  const told: StreamItem[] = []
  for await (const item of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
    told.push(item)
    if (told.length === most) break
    if (told.length === most - 1)
      inbox.put(
        el`<message from="romeo@montague.lit/x" type="chat"><body>live</body></message>`,
        undefined,
      )
  }
  const words = told.map(({event}) => ('body' in event ? event.body : event.event))
  return {asked, told, words}
}

const result = (id: string): string =>
  `id="${id}"><forwarded xmlns="urn:xmpp:forward:0">
     <message from="romeo@montague.lit/x" type="chat"><body>${id}</body></message></forwarded>`
const last = (id: string): string =>
  `<set xmlns="http://jabber.org/protocol/rsm"><last>${id}</last></set>`

describe('catch-up', () => {
  const left = {after: '0', from: '2026-11-20T07:59:00.000Z', until: '2026-11-20T09:00:00.000Z'}

  it('ends a page with the answer, though it names a last one that was none', async () => {
    const archive: Archive = ({after}) =>
      after === '0'
        ? {results: [result('1'), 'id="2">', result('')], fin: last('2')}
        : {results: [result('3')], fin: last('4')}
    const pages = (query: Asked): ReturnType<Archive> =>
      query.after === '4' ? {results: [], fin: ''} : archive(query)
    const {asked, words} = await follow(pages, left, 4)
    assert.deepEqual(words, ['ready', '1', '3', 'live'])
    assert.deepEqual(
      asked.map(({after}) => after),
      ['0', '2', '4'],
    )
  })

  it('goes on behind the last result when a page does not name it', async () => {
    for (const fin of ['', '<set xmlns="http://jabber.org/protocol/rsm"><count>2</count></set>']) {
      const pages: Record<string, string[]> = {'0': ['1', '2'], '2': ['3']}
      const {asked, words} = await follow(
        ({after}) => ({results: (pages[after ?? ''] ?? []).map(result), fin}),
        left,
        5,
      )
      assert.deepEqual(words, ['ready', '1', '2', '3', 'live'])
      assert.deepEqual(
        asked.map(({after}) => after),
        ['0', '2', '3'],
      )
    }
  })

  it('takes a later page that is not found as the end', async () => {
    const {asked, words} = await follow(
      ({after}) => {
        if (after === '0') return {results: [result('1')], fin: last('1')}
        throw forgotten
      },
      left,
      3,
    )
    assert.deepEqual(words, ['ready', '1', 'live'])
    assert.equal(asked.length, 2)
  })

  it('does not ask for ever when a page comes again and again, and says so', async () => {
    const {asked, told, words} = await follow(
      () => ({results: [result('1')], fin: last('1')}),
      left,
      4,
    )
    assert.deepEqual(words, ['ready', '1', 'error', 'live'])
    assert.equal(asked.length, 2)
    const [, , trouble] = told
    assert.ok(trouble?.unfiltered && trouble.event.event === 'error')
    assert.equal(trouble.event.error.code, 'bad-archive')
  })

  it('begins at a time when the archive does not know where the last run came to', async () => {
    const archive: Archive = ({after}) => {
      if (after === '0') throw forgotten
      return after === null ? {results: [result('1')], fin: last('1')} : {results: [], fin: ''}
    }
    const {asked, words} = await follow(archive, left, 3)
    assert.deepEqual(words, ['ready', '1', 'live'])
    const {from, until} = left
    assert.deepEqual(asked.slice(0, 2), [
      {after: '0', start: null, end: until},
      {after: null, start: from, end: until},
    ])
  })

  it('does so, too, when the archive says that there is nothing behind it (Prosody)', async () => {
    const answer = (...ids: string[]) => ({results: ids.map(result), fin: ''})
    const knows = await follow(({after}) => (after ? answer() : answer('-1', '0')), left, 2)
    assert.deepEqual(knows.words, ['ready', 'live'])
    const doesNot = await follow(({after}) => (after ? answer() : answer('-1', '1')), left, 4)
    assert.deepEqual(doesNot.words, ['ready', '-1', '1', 'live'])
    assert.deepEqual(doesNot.asked[1], {after: null, start: left.from, end: left.until})
  })

  it('begins at that time when the last run had told nothing to its end', async () => {
    const archive: Archive = ({after}) =>
      after === null ? {results: [result('1')], fin: last('1')} : {results: [], fin: ''}
    const {asked, words} = await follow(archive, {...left, after: undefined}, 3)
    assert.deepEqual(words, ['ready', '1', 'live'])
    assert.deepEqual(asked[0], {after: null, start: left.from, end: left.until})
  })
})
