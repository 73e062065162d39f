import assert from 'node:assert/strict'
import {AsyncQueue} from '../../../../src/async-queue.ts'
import {gatherLines} from '../../../../src/services/send/batch/gather-lines.ts'
import type {InputLine} from '../../../../src/services/send/batch/read-lines.ts'

const NEVER = {gapMs: 600_000, longestMs: 6_000_000}

const line = (number: number, text: string, isUtf8 = true): InputLine => ({number, text, isUtf8})

/** Groups of lines that arrive when the test sends them. */
function newInput() {
  const queue = new AsyncQueue<InputLine[] | Error | undefined>()
  async function* groups(): AsyncGenerator<InputLine[]> {
    for (;;) {
      await queue.ready()
      const group = queue.shift()
      if (group instanceof Error) throw group
      if (!group) return
      yield group
    }
  }
  return {groups: groups(), push: (group?: InputLine[] | Error) => queue.push(group)}
}

async function all(groups: InputLine[][], limits = NEVER): Promise<InputLine[]> {
  const {groups: input, push} = newInput()
  for (const group of groups) push(group)
  push()
  const messages: InputLine[] = []
  for await (const group of gatherLines(input, limits)) messages.push(...group)
  return messages
}

describe('gatherLines', () => {
  it('joins lines until none has arrived for the gap', async () => {
    const {groups, push} = newInput()
    const messages = gatherLines(groups, {...NEVER, gapMs: 20})
    push([line(1, 'one')])
    push([line(2, ''), line(3, 'three')])
    const joined = {number: 1, text: 'one\n\nthree', isUtf8: true, count: 3}
    assert.deepEqual((await messages.next()).value, [joined])
    push([line(4, 'four')])
    assert.deepEqual((await messages.next()).value, [
      {number: 4, text: 'four', isUtf8: true, count: 1},
    ])
    push()
    assert.equal((await messages.next()).done, true)
  })

  it('sends lines that never stop after the longest time', async () => {
    const {groups, push} = newInput()
    const messages = gatherLines(groups, {...NEVER, longestMs: 20})
    push([line(1, 'one')])
    const {value} = await messages.next()
    assert.equal(value?.[0]?.text, 'one')
  })

  it('limits the size, and keeps a long line whole', async () => {
    const half = 'é&'.repeat(600) // 4200 bytes as XML
    const long = 'x'.repeat(20_000)
    const messages = await all([
      [line(1, half), line(2, half)],
      [line(3, long), line(4, 'end')],
    ])
    assert.deepEqual(
      messages.map(({count, number, text}) => [number, count, text]),
      [
        [1, 1, half],
        [2, 1, half],
        [3, 1, long],
        [4, 1, 'end'],
      ],
    )
  })

  it('leaves out blank lines around a message', async () => {
    const blank = [line(1, ''), line(2, ' ')]
    assert.deepEqual(await all([blank]), [])
    assert.deepEqual(await all([[...blank, line(3, 'three'), line(4, '')]]), [
      {number: 3, text: 'three', isUtf8: true, count: 1},
    ])
  })

  it('a line that is not UTF-8 stays alone', async () => {
    const bad = line(2, 'tw\ufffd', false)
    assert.deepEqual(await all([[line(1, 'one'), bad, line(3, 'three')]]), [
      {number: 1, text: 'one', isUtf8: true, count: 1},
      bad,
      {number: 3, text: 'three', isUtf8: true, count: 1},
    ])
  })

  it('yields what it has before the failure of the input', async () => {
    const {groups, push} = newInput()
    const messages = gatherLines(groups, NEVER)
    push([line(1, 'one')])
    push(new Error('a signal'))
    assert.equal((await messages.next()).value?.[0]?.text, 'one')
    await assert.rejects(messages.next(), /a signal/)
  })
})
