import assert from 'node:assert/strict'
import {chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {openRosterCache} from '../../../src/account/state/roster-cache.ts'

describe('roster cache', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'roster-cache-'))
  })
  afterEach(() => rmSync(home, {force: true, recursive: true}))

  const open = (jid: string, {insecure = false, server = 'xmpps://127.0.0.1'} = {}) =>
    openRosterCache({jid, server, insecure}, {XDG_STATE_HOME: home})
  const roster = {contacts: [], version: '1'}
  const folder = (): string => path.join(home, 'xmpp', 'rosters')

  it('keeps a roster for each account at each server', async () => {
    await open('a@example.com').save(roster)
    assert.deepEqual(await open('a@example.com').load(), roster)
    assert.equal(await open('b@example.com').load(), undefined)
    assert.equal(await open('a@example.com', {server: 'xmpps://127.0.0.2'}).load(), undefined)
  })

  it('is readable by its owner only', async () => {
    await open('a@example.com').save(roster)
    assert.equal(statSync(folder()).mode & 0o777, 0o700)
    const [name = ''] = readdirSync(folder())
    assert.equal(statSync(path.join(folder(), name)).mode & 0o777, 0o600)
    assert.ok(!name.includes('example'))
  })

  it('is neither read nor written for an unverified server', async () => {
    await open('a@example.com').save(roster)
    const insecure = open('a@example.com', {insecure: true})
    assert.equal(await insecure.load(), undefined)
    await insecure.save({contacts: [], version: 'forged'})
    assert.deepEqual(await open('a@example.com').load(), roster)
  })

  it('is ignored if it is damaged or cannot be written', async () => {
    await open('a@example.com').save(roster)
    const [name = ''] = readdirSync(folder())
    writeFileSync(path.join(folder(), name), '{"contacts": [')
    assert.equal(await open('a@example.com').load(), undefined)

    rmSync(home, {recursive: true})
    writeFileSync(home, 'a file where the directory should be')
    chmodSync(home, 0o400)
    await open('a@example.com').save(roster)
    await openRosterCache({jid: 'a@example.com', server: undefined, insecure: false}, {}).save(
      roster,
    )
  })
})
