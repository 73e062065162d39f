import assert from 'node:assert/strict'
import {
  markTexts,
  markValues,
  refuseEmptyFileNames,
  refuseValues,
  unmarkText,
  unmarkValues,
  withOptionalValue,
} from '../../src/cli/argv.ts'
import type {Failure} from '../../src/errors.ts'
import {parseLangTexts} from '../../src/services/presence/lang-text.ts'
import {environment, sh} from '../support/cli.ts'

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

describe('a flag that takes no value', () => {
  const flags = {
    yes: {type: 'boolean'},
    message: {type: 'option', char: 'm'},
  } as const
  const usage = ({exitCode}: Failure): boolean => exitCode === 2

  it('refuses one: oclif would read it as an argument', () => {
    for (const word of ['--yes=no', '--yes='])
      assert.throws(() => refuseValues(['a@b', word], flags), usage)
  })

  it('can be the text of another flag, and the word of another command', () => {
    for (const flag of ['-m', '--message']) refuseValues([flag, '--yes=no'], flags)
    refuseValues(['--message=--yes=no', '--', '--yes=no'], flags)
    refuseValues(['--other=1', '--constructor=1'], flags)
  })
})

describe('the text of -m', () => {
  const mark = (...words: string[]): string => markTexts(words).join(' ').replaceAll('\0', '¦')

  it('is marked if it begins with a hyphen, and has no mark in the end', () => {
    assert.equal(mark('send', '-m', '--help', '-q'), 'send -m ¦--help -q')
    assert.equal(
      mark('--message', '--', '--message=-v', '-m-q', '-m=-q'),
      ['--message ¦--', '--message=¦-v', '-m¦-q', '-m=¦-q'].join(' '),
    )
    assert.equal(mark('-m', 'text', '-m=a', '--', '-m', '-q'), '-m text -m=a -- -m -q')
    assert.equal(unmarkText('\0--help'), '--help')
  })

  it('is never a flag', async () => {
    const {status, stdout} = await sh('xmpp send a@b -m --help --dry-run', environment())
    assert.equal(status, 0)
    assert.match(stdout, /<body>--help<\/body>/)
  })
})

describe('a value that begins with a hyphen', () => {
  const flags = {
    id: {type: 'option'},
    jid: {type: 'option', char: 'j'},
    priority: {type: 'option'},
    quiet: {type: 'boolean', char: 'q'},
  } as const
  const mark = (...words: string[]): string =>
    markValues(words, flags).join(' ').replaceAll('\0', '¦')

  it('is marked after a flag that takes one, unless it can be another flag', () => {
    assert.equal(mark('--id', '-abc', '-j', '-xy', '-q'), '--id ¦-abc -j ¦-xy -q')
    assert.equal(mark('--id=-a', '--id=--jid', '--id=-'), '--id=¦-a --id=¦--jid --id=-')
    assert.equal(mark('-j-xy', '-j=-xy'), '-j¦-xy -j=¦-xy')
    assert.equal(mark('--id', '-q', '--id', '--quiet'), '--id -q --id --quiet')
    assert.equal(
      mark('-q', '-abc', '--quiet=-abc', '--', '--id', '-abc'),
      '-q -abc --quiet=-abc -- --id -abc',
    )
  })

  it('may be a number', () =>
    assert.equal(mark('--priority', '-12', '--priority=-1'), '--priority -12 --priority=-1'))

  it('has no mark in the end', () => {
    const values = {id: '\0-abc', names: ['\0-x', 'y'], count: 1, quiet: true}
    unmarkValues(values)
    assert.deepEqual(values, {id: '-abc', names: ['-x', 'y'], count: 1, quiet: true})
  })

  it('is the value of the flag', async () => {
    for (const words of ['--replace -abc', '--replace=-q', '--replace=--quiet']) {
      const {status, stdout} = await sh(`xmpp send a@b hi ${words} --dry-run`, environment())
      assert.equal(status, 0, words)
      assert.ok(stdout.includes(` id="${words.slice(10)}"/>`), stdout)
    }
    const {stderr} = await sh('xmpp ping --count=-x', environment())
    assert.equal(stderr.split('\n', 1)[0], 'xmpp: --count takes an integer, and not "-x"')
    const reason = 'xmpp room kick room@b nick --reason -abc --nick -j --server xmpp://127.0.0.1:1'
    assert.equal((await sh(reason, environment())).status, 2) // --nick has no value
  })
})

describe('a flag that names a file', () => {
  it('refuses an empty name', () => {
    const flags = {file: {type: 'option', helpValue: 'FILE'}, text: {type: 'option'}} as const
    const usage = ({exitCode}: Failure): boolean => exitCode === 2
    for (const file of ['', ['a', '']])
      assert.throws(() => refuseEmptyFileNames({file}, flags), usage)
    refuseEmptyFileNames({file: 'a', text: ''}, flags)
    refuseEmptyFileNames({file: undefined}, flags)
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
