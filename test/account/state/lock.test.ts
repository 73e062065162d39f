import assert from 'node:assert/strict'
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {putAccount} from '../../../src/account/config/changes.ts'
import {loadConfig} from '../../../src/account/config/config.ts'
import {editConfig} from '../../../src/account/config/edit.ts'
import {withLock} from '../../../src/account/state/lock.ts'
import {type Home, newHome} from '../home.ts'

describe('the lock of the config file', () => {
  let home: Home
  beforeEach(() => {
    home = newHome()
  })
  afterEach(() => home.remove())

  const add = async (name: string): Promise<void> =>
    editConfig(await loadConfig(undefined, home.env), () => [
      putAccount(name, {jid: `${name}@x.example`}),
    ])
  const names = async (): Promise<string[]> => [
    ...(await loadConfig(undefined, home.env)).accounts.keys(),
  ]

  it('prevents lost updates of concurrent processes', async () => {
    const wanted = Array.from({length: 12}, (_, i) => `account-${i}`)
    await Promise.all(wanted.map(add))
    assert.deepEqual((await names()).toSorted(), wanted.toSorted())
    assert.deepEqual(readdirSync(path.dirname(home.config)), ['config.toml'])
  })

  it('is released if its process has ended', async () => {
    writeFileSync(`${home.config}.lock`, 'of a process that is no more')
    await Promise.all([add('a'), add('b'), add('c')])
    assert.deepEqual((await names()).toSorted(), ['a', 'b', 'c'])
    assert.deepEqual(readdirSync(path.dirname(home.config)), ['config.toml'])
  })

  it('is reported as lost to a process that was suspended', async () => {
    const owned = await withLock(home.config, async (holdsLock) => {
      const before = await holdsLock()
      rmSync(`${home.config}.lock`)
      writeFileSync(`${home.config}.lock`, 'of somebody else')
      return [before, await holdsLock()]
    })
    assert.deepEqual(owned, [true, false])
  })
})
