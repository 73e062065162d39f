import assert from 'node:assert/strict'
import {withOptionalValue} from '../../src/cli/argv.ts'
import type {Failure} from '../../src/errors.ts'
import {parseLangTexts} from '../../src/services/presence/lang-text.ts'

describe('a flag with an optional value', () => {
  const read = (...words: string[]): string[] => withOptionalValue(words, '--hold', 'forever')

  it('keeps the value that it has', () => {
    assert.deepEqual(read('--hold', '5m', '-q'), ['--hold', '5m', '-q'])
    assert.deepEqual(read('--hold=5m'), ['--hold=5m'])
  })

  it('gets the default if it is the last word, or another flag follows', () => {
    assert.deepEqual(read('-q', '--hold'), ['-q', '--hold=forever'])
    assert.deepEqual(read('--hold', '--status', 'x'), ['--hold=forever', '--status', 'x'])
  })

  it('is an ordinary word after --', () => {
    assert.deepEqual(read('--', '--hold'), ['--', '--hold'])
  })
})

describe('texts by language', () => {
  it('are separate for each language tag', () => {
    assert.deepEqual(parseLangTexts(['de=Mittag', 'zh-Hant=a=b']), {de: 'Mittag', 'zh-Hant': 'a=b'})
    assert.deepEqual(parseLangTexts(), {})
  })

  it('have a language and a text', () => {
    for (const word of ['de', 'de=', '=x', 'not a language=x'])
      assert.throws(
        () => parseLangTexts([word]),
        ({exitCode}: Failure) => exitCode === 2,
        word,
      )
  })
})
