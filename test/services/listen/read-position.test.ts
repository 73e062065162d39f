import assert from 'node:assert/strict'
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {questionFolder} from '../../../src/account/state/question-file.ts'
import {ReadPosition} from '../../../src/services/listen/read-position.ts'

// Clocks differ.
const TIME = '2026-11-20T08:00:00.000Z'
const EARLIER = '2026-11-20T07:59:00.000Z'

const at = (after: string, time = TIME) => ({after, time})

describe('read position', () => {
  let home: string
  let warnings: string[]
  const saved = process.env.XDG_STATE_HOME
  const open = (jid = 'juliet@example.com', server?: string): ReadPosition =>
    new ReadPosition(jid, server, (sentence) => warnings.push(sentence))

  /** The position that a next run loads; that run ends before its session is open. */
  const leftOf = async (...owner: Parameters<typeof open>): ReturnType<ReadPosition['load']> => {
    const next = open(...owner)
    const left = await next.load()
    await next.close(false, true)
    return left
  }

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

  it('has the last id of the previous run, and the time until which a catch-up is useful', async () => {
    assert.equal(await leftOf(), undefined)
    const bookmark = open()
    bookmark.advance(at('1'))
    bookmark.advance(at('2'))
    await bookmark.close(true, true)
    const left = await leftOf()
    assert.equal(left?.after, '2')
    assert.ok(Date.parse(left.until ?? '') > Date.now())
  })

  describe('after a run of ask', () => {
    const leave = (records: object[]): void => {
      const folder = questionFolder(process.env, 'juliet@example.com', undefined) ?? ''
      mkdirSync(folder, {recursive: true})
      const lines = records.map((record) => `${JSON.stringify(record)}\n`)
      writeFileSync(path.join(folder, 'a.jsonl'), lines.join(''))
    }
    const ASKED = {asked: '2026-11-20T08:00:00.000Z'}

    it('contains its messages to print, and not its answers', async () => {
      leave([ASKED, {message: '<message/>'}, {answer: [['key', 1]]}, {closed: true}])
      await leftOf()
      const position = open()
      const resumePoint = await position.load()
      assert.deepEqual(
        position.unprinted.map(({xml}) => xml),
        ['<message/>'],
      )
      assert.equal(resumePoint, undefined, 'the archive is not read')
      await position.begin()
      await position.close(true, true)
      assert.deepEqual((await leftOf())?.recent, [['key', 1]])
    })

    it('starts at the time of the question if the run was killed, for a day at most', async () => {
      leave([ASKED])
      const left = await leftOf()
      assert.equal(left?.from, EARLIER)
      const day = Date.parse(left.until ?? '') - Date.now()
      assert.ok(day > 0 && day <= 86_400_000, left.until)
    })
  })

  it('is separate for each account and server', async () => {
    const bookmark = open()
    bookmark.advance(at('1'))
    await bookmark.close(true, true)
    assert.equal(await leftOf('romeo@example.net'), undefined)
    assert.equal(await leftOf('juliet@example.com', 'xmpp://127.0.0.1'), undefined)
  })

  it('is saved while the run continues, for a run that is killed', async () => {
    const bookmark = open()
    for (let i = 0; i <= 1000; i++) bookmark.advance(at(String(i)))
    await sleep(500)
    assert.deepEqual(await leftOf(), {
      after: '1000',
      from: EARLIER,
      time: TIME,
      until: undefined,
      recent: [],
    })
  })

  it('has the time of the first message until a message is completed', async () => {
    const bookmark = open()
    bookmark.start(at('1'))
    bookmark.start(at('2', '2026-11-21T08:00:00.000Z'))
    await bookmark.close(true, true)
    const left = await leftOf()
    assert.deepEqual([left?.after, left?.from], [undefined, EARLIER])
    const next = open()
    await next.load()
    next.advance(at('1'))
    next.start(at('2'))
    await next.close(true, true)
    assert.equal((await leftOf())?.after, '1')
  })

  it('ignores a time that is in the future or earlier than the last', async () => {
    const bookmark = open()
    bookmark.advance(at('1'))
    bookmark.advance(at('2', '2002-09-10T23:08:25.000Z'))
    await bookmark.close(true, true)
    assert.equal((await leftOf())?.from, EARLIER)
    bookmark.advance(at('3', '2999-01-01T00:00:00.000Z'))
    await bookmark.close(true, true)
    assert.ok(((await leftOf())?.from ?? '') < new Date().toISOString())
  })

  it('loads a file of an earlier version, which has no times', async () => {
    const bookmark = open()
    bookmark.advance(at('1'))
    await bookmark.close(true, true)
    const folder = path.join(home, 'xmpp/listen')
    const [file = ''] = readdirSync(folder)
    writeFileSync(path.join(folder, file), '{"after":"7","until":null}')
    assert.deepEqual(await leftOf(), {
      after: '7',
      from: undefined,
      time: undefined,
      until: undefined,
      recent: [],
    })
  })

  it('does not change after a run without messages', async () => {
    const first = open()
    first.advance(at('1'))
    await first.close(true, true)
    const second = open()
    await second.load()
    await second.close(true, true)
    assert.equal((await leftOf())?.after, '1')
  })

  it('is absent if its file is damaged', async () => {
    const bookmark = open()
    bookmark.advance(at('1'))
    await bookmark.close(true, true)
    const folder = path.join(home, 'xmpp/listen')
    const [file = ''] = readdirSync(folder)
    writeFileSync(path.join(folder, file), '{"after": 7')
    assert.equal(await leftOf(), undefined)
  })

  it('causes one warning if its file cannot be written', async () => {
    writeFileSync(path.join(home, 'xmpp'), 'in the way')
    const bookmark = open()
    bookmark.advance(at('1'))
    await bookmark.close(true, true)
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /^Unprinted messages are not saved for the next run: \/.*: [a-z][a-z ]+$/,
    )
  })

  it('has the start time of the run, and then the time of the first message', async () => {
    const killed = open()
    await killed.load()
    const before = Date.now()
    await killed.begin()
    const left = await leftOf()
    assert.ok(Date.parse(left?.from ?? '') <= before)
    assert.equal(left?.until, undefined)
    killed.start(at('1'))
    await killed.close(true, true)
    assert.equal((await leftOf())?.from, EARLIER)
  })

  it('stores messages until they are printed, and the keys of printed messages', async () => {
    const first = open()
    await first.load()
    assert.equal(first.save(['<message/>', undefined, '<message id="2"/>']).length, 3)
    first.advance(at('1'), [['key', 7]])
    await first.close(true, true)
    const second = open()
    assert.deepEqual((await second.load())?.recent, [['key', 7]])
    const [one, two] = second.unprinted
    assert.deepEqual([one?.xml, two?.xml], ['<message/>', '<message id="2"/>'])
    one?.release()
    await second.close(true, true)
    const third = open()
    await third.load()
    assert.deepEqual(
      third.unprinted.map(({xml}) => xml),
      ['<message id="2"/>'],
    )
    await third.close(true, true)
  })

  it('stores messages up to its bound: the rest stays on the server', async () => {
    const bookmark = open()
    await bookmark.load()
    assert.equal(bookmark.save(['x'.repeat(3_999_999), 'x', 'x']).length, 2)
    await bookmark.close(true, true)
  })

  it('stores nothing if the file cannot be written, and warns', async () => {
    const position = open()
    await position.load()
    const folder = path.join(home, 'xmpp/listen')
    const [session = ''] = readdirSync(folder)
    mkdirSync(path.join(folder, session.replace(/session$/, 'unprinted')))
    assert.deepEqual(position.save(['<message/>']), [])
    await position.close(true, true)
    assert.equal(warnings.length, 1)
    assert.match(
      warnings[0] ?? '',
      /^Unprinted messages are not saved for the next run: \/.*: it is a folder$/,
    )
  })

  it('stores nothing while another run of the account exists, and warns', async () => {
    const first = open()
    await first.load()
    const second = open()
    await second.load()
    assert.equal(second.save(['<message/>']).length, 0)
    await second.close(true, true)
    assert.deepEqual(warnings, [
      'Unprinted messages are not saved for the next run: another listen of this account is running',
    ])
    await first.close(true, true)
    assert.equal(await leftOf(), undefined)
  })

  it('causes a warning without a home directory', () => {
    const {HOME, USERPROFILE} = process.env
    delete process.env.XDG_STATE_HOME
    delete process.env.HOME
    delete process.env.USERPROFILE
    try {
      open()
    } finally {
      Object.assign(process.env, {...(HOME && {HOME}), ...(USERPROFILE && {USERPROFILE})})
    }
    assert.deepEqual(warnings, [
      'Unprinted messages are not saved for the next run: there is no home directory',
    ])
  })
})
