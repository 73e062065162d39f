import assert from 'node:assert/strict'
import {el} from './xml.ts'

describe('el', () => {
  it('reads an element, indentation aside', () => {
    const body = 'two  words'
    const message = el`
      <message to="juliet@example.com">
        <body>${body}</body>
      </message>`
    assert.equal(
      message.toString(),
      '<message to="juliet@example.com"><body>two  words</body></message>',
    )
  })

  for (const wrong of ['<open>', 'text', '<a></b>', ''])
    it(`refuses ${JSON.stringify(wrong)}`, () => assert.throws(() => el`${wrong}`))
})
