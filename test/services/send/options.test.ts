import assert from 'node:assert/strict'
import {sendFlags} from '../../../src/services/send/flags.ts'
import {EXCLUDES, parseLine} from '../../../src/services/send/options.ts'

const to = 'juliet@example.com'

describe('parseLine', () => {
  it('returns the options of a line', () => {
    const line = {to, body: 'x', noStore: true, react: ['👍']}
    assert.deepEqual(parseLine(JSON.stringify(line)), line)
  })

  it('accepts a single reaction without a list', () => {
    assert.deepEqual(parseLine('{"react":"👍"}'), {react: ['👍']})
  })

  for (const [line, code] of [
    ['{"to":', 'bad-json'],
    ['[]', 'bad-json'],
    ['null', 'bad-json'],
    ['"text"', 'bad-json'],
    ['{"bdy":"x"}', 'unknown-key'],
    ['{"__proto__":{}}', 'unknown-key'],
    ['{"constructor":"x"}', 'unknown-key'],
    ['{"body":5}', 'bad-value'],
    ['{"body":["x"]}', 'bad-value'],
    ['{"room":"yes"}', 'bad-value'],
    ['{"react":1}', 'bad-value'],
    ['{"react":[1]}', 'bad-value'],
  ] as const)
    it(`refuses ${line}`, () => assert.throws(() => parseLine(line), {code, exitCode: 65}))
})

describe('options that exclude each other', () => {
  const flagOf = (key: string): string =>
    key === 'body' ? 'body-file' : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const exclusive = (name: string): readonly string[] =>
    sendFlags[name as keyof typeof sendFlags].exclusive ?? []

  it('are the same in a line and on the command line, where two flags give the text', () => {
    for (const [key, others] of Object.entries(EXCLUDES))
      assert.deepEqual(exclusive(flagOf(key)), ['message', ...others.map(flagOf)])
  })

  it('are --raw and all flags for the content of a message', () => {
    const beside = ['wait', 'dry-run', 'lines', 'gather', 'rate', 'raw']
    const others = Object.keys(sendFlags).filter((name) => !beside.includes(name))
    assert.deepEqual([...exclusive('raw')].toSorted(), others.toSorted())
  })
})
