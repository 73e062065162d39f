import assert from 'node:assert/strict'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {readEndedQuestions} from '../../../src/account/state/ended-questions.ts'
import {QuestionFile} from '../../../src/account/state/question-file.ts'

/** Not the id of a process. */
const ENDED = {pid: 4_194_304, started: '1'}

describe('the file of a question', () => {
  let home: string
  let folder: string
  const warnings: string[] = []
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'xmpp-questions-'))
    folder = path.join(home, 'questions/account')
    warnings.length = 0
  })
  afterEach(() => rmSync(home, {force: true, recursive: true}))

  const create = async (id: string): Promise<QuestionFile> => {
    const file = await QuestionFile.create(folder, id, (sentence) => warnings.push(sentence))
    assert.ok(file)
    return file
  }
  const age = (name: string, seconds: number): void => {
    const time = Date.now() / 1000 - seconds
    utimesSync(path.join(folder, name), time, time)
  }
  const files = (): string[] => readdirSync(folder).sort()

  it('has the messages and the answers for listen, once the question is closed', async () => {
    const file = await create('a')
    assert.equal(await file.save('<message>1</message>'), true)
    await file.saveAnswer([['key', 1]])
    assert.deepEqual((await readEndedQuestions(folder)).messages, [], 'the run has not ended')
    await file.close(true)
    const {remove, ...ended} = await readEndedQuestions(folder)
    assert.deepEqual(ended, {
      messages: ['<message>1</message>'],
      answers: [['key', 1]],
      sessions: [],
      killed: undefined,
    })
    await remove()
    assert.deepEqual(files(), [])
  })

  it('has the session of a run that was killed, and ignores an incomplete line', async () => {
    const file = await create('a')
    await file.save('<message/>')
    appendFileSync(path.join(folder, 'a.jsonl'), '{"message":"<mess')
    writeFileSync(path.join(folder, 'a.session'), JSON.stringify({...ENDED, id: 's', handled: 3}))
    const {killed, messages, sessions} = await readEndedQuestions(folder)
    assert.deepEqual([messages, sessions], [['<message/>'], [{id: 's', handled: 3}]])
    assert.ok(Math.abs(Date.parse(killed?.since ?? '') - Date.now()) < 60_000)
    assert.ok(Date.parse(killed?.until ?? '') > Date.now() + 80_000_000)
    await file.close(true)
  })

  it('shows whether other questions are open, or were a moment ago', async () => {
    const first = await create('a')
    assert.equal(await first.hasOthers(), false)
    const second = await create('b')
    assert.equal(await first.hasOthers(), true)
    await second.close(true)
    assert.equal(await first.hasOthers(), true)
    const third = await create('c')
    await first.close(true)
    age('a.jsonl', 1)
    age('b.jsonl', 1)
    assert.equal(await third.hasOthers(), false, 'they were closed before this question')
    await third.close(true)
  })

  it('is removed without listen, if it has no messages', async () => {
    await (await create('a')).close(true)
    const kept = await create('b')
    await kept.save('<message/>')
    await kept.close(true)
    age('a.jsonl', 60)
    age('b.jsonl', 60)
    await (await create('c')).close(true)
    assert.deepEqual(files(), ['b.jsonl', 'c.jsonl'])
  })

  it('may be removed by another run after its name was read', async () => {
    await (await create('a')).close(true)
    symlinkSync('removed', path.join(folder, 'b.jsonl')) // has a name in the folder, and cannot be read
    await (await create('c')).close(true)
    assert.deepEqual(warnings, [])
    const {killed} = await readEndedQuestions(folder)
    assert.equal(killed, undefined)
  })

  it('has the answers for a day, if the account uses listen', async () => {
    mkdirSync(path.join(home, 'listen'))
    writeFileSync(path.join(home, 'listen/account.json'), '{}')
    await (await create('a')).close(true)
    age('a.jsonl', 3600)
    await (await create('b')).close(true)
    assert.deepEqual(files(), ['a.jsonl', 'b.jsonl'])
    age('a.jsonl', 90_000)
    await (await create('c')).close(true)
    assert.deepEqual(files(), ['b.jsonl', 'c.jsonl'])
  })

  it('saves no more than its bound, and warns if it cannot be written', async () => {
    const file = await create('a')
    assert.equal(await file.save('x'.repeat(4_000_001)), false)
    await file.close(true)
    const none = await QuestionFile.create('/dev/null/x', 'a', (text) => warnings.push(text))
    assert.equal(none, undefined)
    assert.match(
      warnings.join(),
      /^Messages that are no answers are not saved for xmpp listen: \/.*: [a-z][a-z ]+$/,
    )
  })
})
