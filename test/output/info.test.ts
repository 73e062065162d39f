import assert from 'node:assert/strict'
import {renderLast, renderTime, renderVersion} from '../../src/output/info.ts'

const pipe = {isTTY: false, columns: 0, colour: false}

describe('information of an address as text', () => {
  it('explains the seconds for each kind of address', () => {
    const last = (jid: string, seconds: number): string =>
      renderLast(jid, {seconds, status: 'Gone\u202e'})
    assert.equal(last('a@b/c', 75), 'idle for 1 m 15 s')
    assert.equal(last('b', 86_400 * 3 + 7200 + 59), 'running for 3 d 2 h')
    assert.equal(last('b', 86_400 * 3 + 59), 'running for 3 d')
    assert.equal(last('a@b', 0), 'online')
    assert.equal(last('a@b', 60), 'last online 1 m ago: Gone\\u{202e}')
  })

  it('shows the time in the zone of the address, and the difference', () => {
    const utc = '2006-12-19T17:58:35.000Z'
    assert.equal(
      renderTime({utc, tzo: '-06:30', skew: -90_000}, pipe),
      '2006-12-19 11:28:35 -06:30, 1 m 30 s behind this computer',
    )
    assert.equal(
      renderTime({utc, tzo: '+01:00', skew: 250}, pipe),
      '2006-12-19 18:58:35 +01:00, 0.3 s ahead of this computer',
    )
  })

  it('shows a version that is incomplete', () => {
    assert.equal(renderVersion({name: 'x', version: null, os: 'y'}), 'x (y)')
    assert.equal(renderVersion({name: null, version: null, os: null}), 'No name and no version')
  })
})
