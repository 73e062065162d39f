import assert from 'node:assert/strict'
import {wrapWords} from '../../../src/output/layout/terminal.ts'

describe('wrapWords', () => {
  it('breaks between words', () =>
    assert.deepEqual(wrapWords('one two three four', 9), ['one two', 'three', 'four']))

  it('leaves a text that fits', () => {
    assert.deepEqual(wrapWords('one two', 7), ['one two'])
    assert.deepEqual(wrapWords('one two  three', Number.POSITIVE_INFINITY), ['one two  three'])
  })

  it('leaves a word that is too long, such as a path', () =>
    assert.deepEqual(wrapWords('in /a/long/path now', 6), ['in', '/a/long/path', 'now']))
})
