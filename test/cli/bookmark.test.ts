import assert from 'node:assert/strict'
import {mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {Bookmark} from '../../src/cli/bookmark.ts'

// Clocks differ.
const EARLIER = '2026-11-20T07:59:00.000Z'

const at = (after: string, time = '2026-11-20T08:00:00.000Z') => ({after, time})

describe('bookmark', () => {
  let home: string
  let warnings: string[]
  const saved = process.env.XDG_STATE_HOME
  const open = (jid = 'juliet@example.com', server?: string): Bookmark =>
    new Bookmark(jid, server, (sentence) => warnings.push(sentence))

  beforeEach(() => {
    warnings = []
    home = mkdtempSync(path.join(tmpdir(), 'xmpp-bookmark-'))
    process.env.XDG_STATE_HOME = home
  })
  afterEach(() => {
    if (saved === undefined) delete process.env.XDG_STATE_HOME
    else process.env.XDG_STATE_HOME = saved
    rmSync(home, {force: true, recursive: true})
  })

  it('says where the last run ended, and until when that is to be caught up with', async () => {
    assert.equal(await open().load(), undefined)
    const bookmark = open()
    bookmark.moved(at('1'))
    bookmark.moved(at('2'))
    await bookmark.close()
    const left = await open().load()
    assert.equal(left?.after, '2')
    assert.ok(Date.parse(left.until ?? '') > Date.now())
  })

  it('says so of each account and server', async () => {
    const bookmark = open()
    bookmark.moved(at('1'))
    await bookmark.close()
    assert.equal(await open('romeo@example.net').load(), undefined)
    assert.equal(await open('juliet@example.com', 'xmpp://127.0.0.1').load(), undefined)
  })

  it('is there soon, for a run that is killed, which ends at no time', async () => {
    const bookmark = open()
    for (let i = 0; i <= 1000; i++) bookmark.moved(at(String(i)))
    await sleep(500)
    assert.deepEqual(await open().load(), {after: '1000', from: EARLIER, until: undefined})
  })

  it('says from when on, as long as nothing was told to its end', async () => {
    const bookmark = open()
    bookmark.begins(at('1'))
    bookmark.begins(at('2', '2026-11-21T08:00:00.000Z'))
    await bookmark.close()
    const left = await open().load()
    assert.deepEqual([left?.after, left?.from], [undefined, EARLIER])
    const next = open()
    await next.load()
    next.moved(at('1'))
    next.begins(at('2'))
    await next.close()
    assert.equal((await open().load())?.after, '1')
  })

  it('believes no time that is to come, or goes back', async () => {
    const bookmark = open()
    bookmark.moved(at('1'))
    bookmark.moved(at('2', '2002-09-10T23:08:25.000Z'))
    await bookmark.close()
    assert.equal((await open().load())?.from, EARLIER)
    bookmark.moved(at('3', '2999-01-01T00:00:00.000Z'))
    await bookmark.close()
    assert.ok(((await open().load())?.from ?? '') < new Date().toISOString())
  })

  it('reads what an earlier version kept, which knew no times', async () => {
    const bookmark = open()
    bookmark.moved(at('1'))
    await bookmark.close()
    const folder = path.join(home, 'xmpp/listen')
    const [file = ''] = readdirSync(folder)
    writeFileSync(path.join(folder, file), '{"after":"7","until":null}')
    assert.deepEqual(await open().load(), {after: '7', from: undefined, until: undefined})
  })

  it('keeps what there was when the run was told nothing', async () => {
    const first = open()
    first.moved(at('1'))
    await first.close()
    const second = open()
    await second.load()
    await second.close()
    assert.equal((await open().load())?.after, '1')
  })

  it('is as good as absent when it is damaged', async () => {
    const bookmark = open()
    bookmark.moved(at('1'))
    await bookmark.close()
    const folder = path.join(home, 'xmpp/listen')
    const [file = ''] = readdirSync(folder)
    writeFileSync(path.join(folder, file), '{"after": 7')
    assert.equal(await open().load(), undefined)
  })

  it('is done without where it cannot be written, with one warning', async () => {
    writeFileSync(path.join(home, 'xmpp'), 'in the way')
    const bookmark = open()
    bookmark.moved(at('1'))
    await bookmark.close()
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^Where this run ends is not kept: /)
  })
})
