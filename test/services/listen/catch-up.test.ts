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

/** The answer of an archive to a query: results, and then `<fin/>` or an error. */
type Archive = (query: Asked) => {results: string[]; fin: string}

interface Asked {
  after: string | null
  start: string | null
  end: string | null
}

/** The first events of a session with this archive, and the queries that it received. */
async function readItems(archive: Archive, left: EventStreamOptions['resumePoint'], most: number) {
  const inbox = new Inbox()
  const queries: Asked[] = []
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
      queries.push({after, start: fieldOf(query, 'start'), end: fieldOf(query, 'end')})
      const {fin, results} = archive(queries.at(-1) as Asked)
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
  const items: StreamItem[] = []
  for await (const item of stream.events(Promise.resolve({jid: `${JULIET}/balcony`}))) {
    items.push(item)
    if (items.length === most) break
    if (items.length === most - 1)
      inbox.put(
        el`<message from="romeo@montague.lit/x" type="chat"><body>live</body></message>`,
        undefined,
      )
  }
  const words = items.map(({event}) => ('body' in event ? event.body : event.event))
  return {queries, items, words}
}

const result = (id: string): string =>
  `id="${id}"><forwarded xmlns="urn:xmpp:forward:0">
     <message from="romeo@montague.lit/x" type="chat"><body>${id}</body></message></forwarded>`
const last = (id: string): string =>
  `<set xmlns="http://jabber.org/protocol/rsm"><last>${id}</last></set>`

describe('catch-up', () => {
  const left = {after: '0', from: '2026-11-20T07:59:00.000Z', until: '2026-11-20T09:00:00.000Z'}

  it('continues after the last id of a page, even if that result was invalid', async () => {
    const archive: Archive = ({after}) =>
      after === '0'
        ? {results: [result('1'), 'id="2">', result('')], fin: last('2')}
        : {results: [result('3')], fin: last('4')}
    const pages = (query: Asked): ReturnType<Archive> =>
      query.after === '4' ? {results: [], fin: ''} : archive(query)
    const {queries, words} = await readItems(pages, left, 4)
    assert.deepEqual(words, ['ready', '1', '3', 'live'])
    assert.deepEqual(
      queries.map(({after}) => after),
      ['0', '2', '4'],
    )
  })

  it('continues after the last result if the page does not name it', async () => {
    for (const fin of ['', '<set xmlns="http://jabber.org/protocol/rsm"><count>2</count></set>']) {
      const pages: Record<string, string[]> = {'0': ['1', '2'], '2': ['3']}
      const {queries, words} = await readItems(
        ({after}) => ({results: (pages[after ?? ''] ?? []).map(result), fin}),
        left,
        5,
      )
      assert.deepEqual(words, ['ready', '1', '2', '3', 'live'])
      assert.deepEqual(
        queries.map(({after}) => after),
        ['0', '2', '3'],
      )
    }
  })

  it('ends if a later page is not found', async () => {
    const {queries, words} = await readItems(
      ({after}) => {
        if (after === '0') return {results: [result('1')], fin: last('1')}
        throw forgotten
      },
      left,
      3,
    )
    assert.deepEqual(words, ['ready', '1', 'live'])
    assert.equal(queries.length, 2)
  })

  it('stops with an error event if the archive repeats a page', async () => {
    const {queries, items, words} = await readItems(
      () => ({results: [result('1')], fin: last('1')}),
      left,
      4,
    )
    assert.deepEqual(words, ['ready', '1', 'error', 'live'])
    assert.equal(queries.length, 2)
    const [, , error] = items
    assert.ok(error?.unfiltered && error.event.event === 'error')
    assert.equal(error.event.error.code, 'bad-archive')
  })

  it('starts at a time if the archive does not know the id of the last run', async () => {
    const archive: Archive = ({after}) => {
      if (after === '0') throw forgotten
      return after === null ? {results: [result('1')], fin: last('1')} : {results: [], fin: ''}
    }
    const {queries, words} = await readItems(archive, left, 3)
    assert.deepEqual(words, ['ready', '1', 'live'])
    const {from, until} = left
    assert.deepEqual(queries.slice(0, 2), [
      {after: '0', start: null, end: until},
      {after: null, start: from, end: until},
    ])
  })

  it('also does so if the archive returns no results after an unknown id (Prosody)', async () => {
    const answer = (...ids: string[]) => ({results: ids.map(result), fin: ''})
    const knows = await readItems(({after}) => (after ? answer() : answer('-1', '0')), left, 2)
    assert.deepEqual(knows.words, ['ready', 'live'])
    const doesNot = await readItems(({after}) => (after ? answer() : answer('-1', '1')), left, 4)
    assert.deepEqual(doesNot.words, ['ready', '-1', '1', 'live'])
    assert.deepEqual(doesNot.queries[1], {after: null, start: left.from, end: left.until})
  })

  it('starts at that time if the last run completed no message', async () => {
    const archive: Archive = ({after}) =>
      after === null ? {results: [result('1')], fin: last('1')} : {results: [], fin: ''}
    const {queries, words} = await readItems(archive, {...left, after: undefined}, 3)
    assert.deepEqual(words, ['ready', '1', 'live'])
    assert.deepEqual(queries[0], {after: null, start: left.from, end: left.until})
  })
})
