import assert from 'node:assert/strict'
import {Readable} from 'node:stream'
import {readLineGroups} from '../../../../src/services/send/batch/read-lines.ts'

describe('readLineGroups', () => {
  const neverAborts = new AbortController().signal

  async function read(...chunks: Array<string | Buffer>): Promise<unknown[]> {
    const groups = []
    const input = Readable.from(chunks, {objectMode: false})
    for await (const group of readLineGroups(input, neverAborts)) groups.push(...group)
    return groups
  }

  it('joins chunks that are split anywhere, also inside a character', async () => {
    const bytes = Buffer.from('ä')
    const lines = await read(
      'on',
      'e\ntw',
      'o ',
      bytes.subarray(0, 1),
      bytes.subarray(1),
      '\nthree',
    )
    assert.deepEqual(lines, [
      {number: 1, text: 'one', isUtf8: true},
      {number: 2, text: 'two ä', isUtf8: true},
      {number: 3, text: 'three', isUtf8: true},
    ])
  })

  it('counts blank lines, and does not return them', async () => {
    assert.deepEqual(await read('a\n\n  \nb\n'), [
      {number: 1, text: 'a', isUtf8: true},
      {number: 4, text: 'b', isUtf8: true},
    ])
  })

  it('marks lines that are not UTF-8, and removes a BOM from the first line', async () => {
    const lines = [
      Buffer.from('\ufeffa\n'),
      Buffer.from('sch\xf6n\n', 'latin1'),
      Buffer.from('\ufeffb'),
    ]
    assert.deepEqual(await read(...lines), [
      {number: 1, text: 'a', isUtf8: true},
      {number: 2, text: 'sch\ufffdn', isUtf8: false},
      {number: 3, text: '\ufeffb', isUtf8: true},
    ])
  })

  it('throws the reason of the signal', async () => {
    const controller = new AbortController()
    const input = new Readable({read() {}})
    input.push('a\n')
    const groups = readLineGroups(input, controller.signal)
    await groups.next()
    const next = groups.next()
    controller.abort(new Error('enough'))
    await assert.rejects(next, /enough/)
  })
})
