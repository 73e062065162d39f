import assert from 'node:assert/strict'
import {execFile} from 'node:child_process'
import {mkdirSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {promisify} from 'node:util'
import {build} from 'esbuild'
import {listState, openState} from '../../../src/account/state/state.ts'
import {type Home, newHome} from '../home.ts'

const token = (secret: string, expiry = '2099-01-01T00:00:00Z') => ({
  mechanism: 'HT-SHA-256-NONE',
  secret,
  expiry,
})
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('state', () => {
  let home: Home
  let warnings: string[]
  beforeEach(() => {
    home = newHome()
    warnings = []
  })
  afterEach(() => home.remove())

  const open = (server?: string, env: Record<string, string> = home.env) =>
    openState({
      jid: 'juliet@capulet.example',
      server,
      env,
      warn: (sentence) => warnings.push(sentence),
    })
  const remember = async (secret: string, server?: string): Promise<void> => {
    const state = open(server)
    await state.load()
    await state.save({token: token(secret)})
  }

  it('has a token for its account and server only', async () => {
    await remember('one')
    assert.equal((await open().load()).token?.secret, 'one')
    assert.equal((await open('xmpp://127.0.0.1').load()).token, undefined)
  })

  it('has the endpoint from DNS for an hour, and not one from --server', async () => {
    const endpoint = {kind: 'tls', host: 'xmpp.capulet.example', port: 5223} as const
    for (const server of [undefined, 'xmpp://127.0.0.1']) {
      const state = open(server)
      await state.load()
      await state.save({endpoint})
    }
    assert.deepEqual((await open().load()).endpoint, endpoint)
    assert.equal((await open('xmpp://127.0.0.1').load()).endpoint, undefined)

    const folder = path.join(home.state, 'endpoints')
    const files = readdirSync(folder).map((name) => path.join(folder, name))
    const text = readFileSync(files[0] ?? '', 'utf8')
    for (const until of [0, -1, 2 * 60 * 60 * 1000]) {
      const time = new Date(Date.now() + until).toISOString()
      for (const file of files)
        writeFileSync(file, text.replace(/"until":"[^"]*"/, `"until":"${time}"`))
      assert.equal((await open().load()).endpoint, undefined, `${until} ms`)
    }
    for (const damage of ['', '[]', text.replace('5223', '"x"'), text.replace('tls', 'wss')]) {
      for (const file of files) writeFileSync(file, damage)
      assert.equal((await open().load()).endpoint, undefined, damage)
    }
  })

  it('is readable by its owner only', async () => {
    await remember('one')
    assert.equal(statSync(home.state).mode & 0o777, 0o700)
    for (const name of readdirSync(home.state, {recursive: true}) as string[]) {
      const stats = statSync(path.join(home.state, name))
      assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, name)
    }
  })

  it('treats damaged files as absent', async () => {
    await remember('one')
    const [{file = ''} = {}] = await listState(home.env)
    for (const damage of ['', '{"token":', '[]', '{"jid":1}', '\0\0\0']) {
      writeFileSync(file, damage)
      assert.equal((await open().load()).token, undefined)
    }
    writeFileSync(path.join(home.state, 'client-id'), 'not-an-id')
    assert.match((await open().load()).clientId ?? '', UUID)
    assert.deepEqual(warnings, [])
  })

  it('does not use a token that was issued to another id', async () => {
    await remember('one')
    writeFileSync(path.join(home.state, 'client-id'), 'gone')
    assert.equal((await open().load()).token, undefined)
  })

  it('does not drop a token that another process has stored meanwhile', async () => {
    await remember('old')
    const slow = open()
    await slow.load()
    const [{file = ''} = {}] = await listState(home.env)
    writeFileSync(file, readFileSync(file, 'utf8').replace('old', 'new'))
    await slow.save({token: undefined})
    assert.equal((await open().load()).token?.secret, 'new')
  })

  it('does not replace a token by an older one', async () => {
    const state = open()
    await state.load()
    await state.save({token: token('new', '2099-02-01T00:00:00Z')})
    await state.save({token: token('old', '2099-01-01T00:00:00Z')})
    assert.equal((await open().load()).token?.secret, 'new')
  })

  for (const [stored, fresh, kept] of [
    ['2099-01-01T10:00:00+02:00', '2099-01-01T09:00:00Z', 'fresh'], // the later one by an hour
    ['2099-01-01T10:00:00Z', '2099-01-01T11:00:00+02:00', 'stored'],
    ['tomorrow', '2099-01-01T00:00:00Z', 'fresh'],
    ['9999', 'next week', 'stored'],
    ['2001-01-01T00:00:00Z', '2000-01-01T00:00:00Z', 'fresh'], // neither is good: the last one stays
  ] as const) {
    it(`with a token until ${stored} and a new one until ${fresh} keeps the ${kept} one`, async () => {
      const state = open()
      await state.load()
      await state.save({token: token('stored', stored)})
      await state.save({token: token('fresh', fresh)})
      const [file] = await listState(home.env)
      assert.equal(JSON.parse(readFileSync(file?.file ?? '', 'utf8')).token.secret, kept)
    })
  }

  it('replaces a token that was issued to another id', async () => {
    await remember('old')
    writeFileSync(path.join(home.state, 'client-id'), '22222222-2222-4222-8222-222222222222\n')
    const state = open()
    await state.load()
    await state.save({token: token('new', '2098-01-01T00:00:00Z')})
    assert.equal((await open().load()).token?.secret, 'new')
  })

  it('without a home: an id for this run, no token, one warning', async () => {
    const state = open(undefined, {})
    assert.match((await state.load()).clientId ?? '', UUID)
    await state.save({token: token('one')})
    assert.equal((await state.load()).token, undefined)
    assert.equal(warnings.length, 1)
  })

  it('in a folder that cannot be written: as without a home', async () => {
    mkdirSync(path.dirname(home.state), {recursive: true})
    writeFileSync(home.state, 'a file is in the way')
    const state = open()
    assert.match((await state.load()).clientId ?? '', UUID)
    await state.save({token: token('one')})
    assert.equal(warnings.length, 1)
  })

  it('neither returns nor stores tokens for an unverified server', async () => {
    await remember('one')
    const state = openState({
      jid: 'juliet@capulet.example',
      server: undefined,
      env: home.env,
      withoutTokens: true,
      warn: () => {},
    })
    assert.equal((await state.load()).token, undefined)
    await state.save({token: token('two')})
    assert.equal((await open().load()).token?.secret, 'one')
  })

  it('processes that start at once agree on the id and never write a partial file', async () => {
    // Compiled once: loading TypeScript takes each process a second.
    const module = path.join(path.dirname(home.state), 'state.mjs')
    await build({
      entryPoints: [path.join(import.meta.dirname, '../../../src/account/state/state.ts')],
      outfile: module,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    })
    const script = `
      const {openState} = await import(${JSON.stringify(module)})
      const state = openState({jid: 'a@b.example', server: undefined, env: process.env, warn: console.error})
      const {clientId} = await state.load()
      for (let i = 0; i < 20; i++) {
        await state.save({token: {mechanism: 'HT', secret: 'x'.repeat(1000 * i), expiry: '2099'}})
        const {token} = await state.load()
        if (!token || /[^x]/.test(token.secret)) throw new Error('torn')
      }
      console.log(clientId)`
    const run = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
        env: {...process.env, ...home.env, XDG_STATE_HOME: ''},
      })
    const outcomes = await Promise.all(Array.from({length: 6}, run))
    const ids = new Set(outcomes.map(({stdout}) => stdout.trim()))
    assert.equal(ids.size, 1)
    assert.match([...ids][0] ?? '', UUID)
    assert.deepEqual(outcomes.map(({stderr}) => stderr).filter(Boolean), [])
    const left = readdirSync(home.state, {recursive: true}) as string[]
    assert.deepEqual(
      left.filter((name) => name.endsWith('.tmp')),
      [],
    )
  })
})
