import assert from 'node:assert/strict'
import {formatDuration, formatLimit, parseDuration} from '../src/duration.ts'
import {EXIT} from '../src/errors.ts'

describe('duration', () => {
  const readings: [string, number][] = [
    ['1ms', 1],
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['5m', 300_000],
    ['0.5m', 30_000],
    ['1h', 3_600_000],
    ['1m30s', 90_000],
    ['1h500ms', 3_600_500],
    ['2d', 172_800_000],
    ['1d12h', 129_600_000],
    ['2h3m4s5ms', 7_384_005],
    ['0h30s', 30_000],
    ['2147483647ms', 2 ** 31 - 1],
  ]
  for (const [text, ms] of readings) {
    it(`reads ${text} as ${ms} ms`, () => assert.equal(parseDuration(text), ms))
  }

  const refused: [string, RegExp][] = [
    ['', /not a duration/],
    ['30', /"30" is not a duration/],
    ['0', /not a duration/],
    ['s', /not a duration/],
    ['-5s', /not a duration/],
    ['+5s', /not a duration/],
    ['1e3s', /not a duration/],
    ['.5s', /not a duration/],
    ['1.s', /not a duration/],
    ['1,5s', /not a duration/],
    ['5 m', /not a duration/],
    ['5m\n', /not a duration/],
    ['5M', /not a duration/],
    ['30s1m', /not a duration/],
    ['1s1s', /not a duration/],
    ['٣s', /not a duration/],
    ['0s', /longer than zero/],
    ['0.4ms', /longer than zero/],
    ['2147483648ms', /is too long/],
    ['597h', /is too long/],
    ['25d', /is too long/],
    [`${'9'.repeat(400)}h`, /is too long/],
  ]
  for (const [text, message] of refused) {
    it(`refuses ${JSON.stringify(text).slice(0, 20)} as a usage error that names the units`, () =>
      assert.throws(() => parseDuration(text), {
        code: 'bad-duration',
        exitCode: EXIT.usage,
        message,
        hint: /ms, s, m, h, d/,
      }))
  }

  const messages: [number, string][] = [
    [0, '0 ms'],
    [250, '250 ms'],
    [999.6, '1 s'],
    [12.34, '12 ms'],
    [1500, '1.5 s'],
    [30_000, '30 s'],
    [90_000, '1 m 30 s'],
    [300_000, '5 m'],
    [3_600_000, '1 h'],
    [3_661_001, '1 h 1 m 1.001 s'],
    [90_000_000, '1 d 1 h'],
  ]
  for (const [ms, text] of messages) {
    it(`writes ${ms} ms as ${text}`, () => assert.equal(formatDuration(ms), text))
  }

  it('rounds the rest of a time, and no short time to zero', () => {
    assert.deepEqual([1998, 250, 1402, 5].map(formatLimit), ['2 s', '250 ms', '1.4 s', '5 ms'])
  })

  it('parses every duration that it formats', () => {
    for (let ms = 1; ms < 2 ** 31; ms = Math.ceil(ms * 1.37)) {
      assert.equal(parseDuration(formatDuration(ms).replaceAll(' ', '')), ms)
    }
  })
})
