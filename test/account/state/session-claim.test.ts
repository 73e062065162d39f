import assert from 'node:assert/strict'
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {SessionClaim} from '../../../src/account/state/session-claim.ts'

describe('session claim', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'xmpp-claim-'))
    file = path.join(folder, 'one.session')
  })
  afterEach(() => rmSync(folder, {force: true, recursive: true}))

  /** Makes the file look like that of a killed run. */
  const kill = async (): Promise<void> => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    writeFileSync(file, JSON.stringify({...JSON.parse(readFileSync(file, 'utf8')), pid: child.pid}))
  }

  it('has the session of a killed run, but not of a run that continues', async () => {
    const first = await SessionClaim.claim(file)
    assert.equal(first?.abandoned, undefined)
    first?.record({id: 'a much longer id than the next one', handled: 4_294_967_295})
    first?.record({id: 'short', handled: 7})
    assert.equal(await SessionClaim.claim(file), undefined)
    await kill()
    const second = await SessionClaim.claim(file)
    assert.deepEqual(second?.abandoned, {id: 'short', handled: 7})
    await second?.release(true)
    await first?.release(false)
    const third = await SessionClaim.claim(file)
    assert.equal(third?.abandoned, undefined)
    await third?.release(true)
  })

  it('is readable by its owner only', async () => {
    const claim = await SessionClaim.claim(file)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    await claim?.release(true)
  })

  it('ignores a different process with the same id', async () => {
    const claim = await SessionClaim.claim(file)
    const {pid} = process
    writeFileSync(file, JSON.stringify({pid, started: '1', id: 'old', handled: 2}))
    if (process.platform === 'linux') {
      const next = await SessionClaim.claim(file)
      assert.deepEqual(next?.abandoned, {id: 'old', handled: 2})
      await next?.release(true)
    }
    await claim?.release(true)
  })

  it('is absent if its file is damaged', async () => {
    writeFileSync(file, '{"pid":')
    const claim = await SessionClaim.claim(file)
    assert.ok(claim)
    assert.equal(claim.abandoned, undefined)
    await claim.release(true)
  })
})
