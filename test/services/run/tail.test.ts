import assert from 'node:assert/strict'
import {Tail} from '../../../src/services/run/tail.ts'

const tailOf = (count: number, ...chunks: (string | Buffer)[]): string => {
  const tail = new Tail(count)
  for (const chunk of chunks) tail.add(Buffer.from(chunk), 'stdout')
  return tail.toString()
}

describe('the tail of an output', () => {
  it('has the last lines', () => {
    assert.equal(tailOf(2, 'one\ntwo\nthree\n'), 'two\nthree')
  })

  it('joins lines that come in several chunks', () => {
    assert.equal(tailOf(2, 'one\ntw', 'o\nthr', 'ee'), 'two\nthree')
  })

  it('joins characters that come in several chunks', () => {
    const [first, second] = [Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)]
    assert.equal(tailOf(1, first, second), 'é')
  })

  it('has a last line without its line break', () => {
    assert.equal(tailOf(1, 'one\ntwo'), 'two')
  })

  it('has no control sequences', () => {
    assert.equal(tailOf(1, '\u001b[31mred\u001b[0m\n'), 'red')
  })

  it('has the last state of a progress bar', () => {
    assert.equal(tailOf(1, '10 %\r50 %\r100 %\r\n'), '100 %')
  })

  it('does not mix the lines of two streams', () => {
    const tail = new Tail(3)
    tail.add(Buffer.from('out'), 'stdout')
    tail.add(Buffer.from('err\n'), 'stderr')
    tail.add(Buffer.from('put\n'), 'stdout')
    assert.equal(tail.toString(), 'err\noutput')
  })

  it('fits in one message', () => {
    const text = tailOf(10_000, `${'x'.repeat(99)}\n`.repeat(10_000))
    assert.equal(text.split('\n').length, 60)
  })

  it('keeps no more of a long line than a message can have', () => {
    assert.equal(tailOf(1, 'x'.repeat(10_000_000)).length, 2000)
  })
})
