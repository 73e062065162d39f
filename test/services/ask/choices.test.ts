import assert from 'node:assert/strict'
import {checkChoices, choiceOfEmojis, choiceOfText} from '../../../src/services/ask/choices.ts'

describe('choices', () => {
  it('ignore case and white space around them', () => {
    assert.equal(choiceOfText(' YES\n', ['yes', 'no']), 'yes')
    assert.equal(choiceOfText('später', ['Spa\u0308ter']), 'Spa\u0308ter')
    assert.equal(choiceOfText('yes please', ['yes', 'no']), undefined)
  })

  for (const [emojis, choices, expected] of [
    [['👍'], ['yes', 'no'], 'yes'],
    [['👎🏿'], ['yes', 'no'], 'no'],
    [['👍️'], ['no', 'yes'], 'yes'],
    [['👍'], ['deploy', 'wait'], 'deploy'],
    [['👍', '👎'], ['yes', 'no'], undefined],
    [['👍', '🎉'], ['yes', 'no'], 'yes'],
    [['👍'], ['a', 'b', 'c'], undefined],
    [['❤'], ['❤️', '💔'], '❤️'],
    [['🎉'], ['yes', 'no'], undefined],
  ] as const)
    it(`${emojis.join(' ')} is ${expected} of ${choices.join(', ')}`, () => {
      assert.equal(choiceOfEmojis(emojis, choices), expected)
    })

  it('must differ', () => {
    assert.deepEqual(checkChoices([' yes ', 'no']), ['yes', 'no'])
    assert.throws(() => checkChoices(['yes', 'Yes']), /given twice/)
    assert.throws(() => checkChoices(['yes', ' ']), /empty/)
  })
})
