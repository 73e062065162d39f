import assert from 'node:assert/strict'
import {parseDateTime} from '../src/date-time.ts'

describe('a date and time', () => {
  const zone = process.env.TZ
  before(() => {
    process.env.TZ = 'America/New_York'
  })
  after(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  for (const [text, time] of Object.entries({
    '2026-11-20': '2026-11-20T00:00:00.000Z',
    '2026-11-20T08:00': '2026-11-20T08:00:00.000Z',
    '2026-11-20T08:00:30': '2026-11-20T08:00:30.000Z',
    '2026-11-20 08:00:30Z': '2026-11-20T08:00:30.000Z',
    '2026-11-20T08:00:30.123456789z': '2026-11-20T08:00:30.123Z',
    '2026-11-20T00:30:00+02:00': '2026-11-19T22:30:00.000Z',
    '2026-11-20T23:30:00-0530': '2026-11-21T05:00:00.000Z',
    '2024-02-29': '2024-02-29T00:00:00.000Z',
    '2016-12-31T23:59:60Z': '2017-01-01T00:00:00.000Z',
  }))
    it(`${text} is ${time}, in any zone`, () => assert.equal(parseDateTime(text), time))

  for (const text of [
    '',
    'yesterday',
    '2026-02-30',
    '2025-02-29T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-11-20T24:00:00Z',
    '2026-11-20T08:60:00Z',
    '2026-11-20T08:00:61Z',
    '2026-11-20T08:00:00+24:00',
    '2026-11-20T08',
    '2026-11-20T08:00:00 CET',
    '20 Nov 2026',
    '1',
  ])
    it(`${JSON.stringify(text)} is invalid`, () => assert.equal(parseDateTime(text), undefined))
})
