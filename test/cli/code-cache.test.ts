import assert from 'node:assert/strict'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'

const DAY_MS = 24 * 60 * 60 * 1000

describe('the code cache', () => {
  let compiled: string
  let state: string
  let folder: string
  before(async () => {
    compiled = mkdtempSync(path.join(tmpdir(), 'xmpp-code-'))
    await sh('xmpp --version', {...environment(), XDG_STATE_HOME: compiled})
  })
  after(() => rmSync(compiled, {recursive: true}))
  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), 'xmpp-code-'))
    folder = path.join(state, 'xmpp', 'code')
  })
  afterEach(() => rmSync(state, {force: true, recursive: true}))

  const run = async (words: string): Promise<string> => {
    const {stderr, stdout} = await sh(`xmpp ${words}`, {...environment(), XDG_STATE_HOME: state})
    return stdout + stderr
  }
  /** As after a run of `xmpp --version`. */
  const fill = (): void => cpSync(compiled, state, {recursive: true})
  const within = (parent: string): string[] =>
    readdirSync(parent).map((name) => path.join(parent, name))
  const files = (): string[] => within(folder).flatMap(within)
  const only = (): string => {
    const [file, ...rest] = files()
    assert.ok(file !== undefined && rest.length === 0, `not one file: ${files().join()}`)
    return file
  }

  it('has a private file for each topic, one for help, and one for all other words', async () => {
    for (const words of [
      '--version',
      'config path',
      'config list --help',
      'help send',
      'sned',
      '-x',
    ])
      await run(words)
    const parts = files().map((file) => path.basename(file))
    assert.deepEqual(parts.toSorted(), ['config', 'help', 'other'])
    for (const file of [folder, ...within(folder), ...files()])
      assert.equal(statSync(file).mode & 0o077, 0)
  })

  const identity = (): number[] => {
    const {ctimeMs, ino, mtimeMs} = statSync(only())
    return [ino, mtimeMs, ctimeMs]
  }

  it('is not changed by the next run', async () => {
    fill()
    const first = identity()
    await run('--version')
    assert.deepEqual(identity(), first)
  })

  it('has the chunks of all earlier runs of the topic, and then their code', async () => {
    const one = 'send --jid alice@localhost bob@localhost hi --dry-run'
    const batch = 'send --jid alice@localhost --batch --dry-run </dev/null'
    await run(one)
    await run(batch)
    assert.ok(statSync(only()).size < 10_000, 'without code')
    await run(batch)
    assert.ok(statSync(only()).size > 10_000, 'with code')
    const complete = identity()
    await run(one)
    await run(batch)
    assert.deepEqual(identity(), complete)
  })

  it('is complete after a long run, in which V8 discards code that has not run for a while', async () => {
    fill()
    const {size} = statSync(only())
    rmSync(only())
    const fillMemory = path.join(state, 'fill-memory.cjs')
    writeFileSync(
      fillMemory,
      `process.on('exit', () => {
        for (let times = 0; times < 12; times++)
          Array.from({length: 60}, () => new Array(200_000).fill(times))
      })`,
    )
    const env = {...environment(), NODE_OPTIONS: `--require ${fillMemory}`, XDG_STATE_HOME: state}
    await sh('xmpp --version', env)
    assert.ok(statSync(only()).size > 0.95 * size, `${statSync(only()).size} of ${size} bytes`)
  })

  it('is not written by another program that loads this one, such as the build', async () => {
    const program = path.resolve('dist/xmpp.cjs')
    const load = `node -e 'require("${program}")' sned`
    const {status, stderr} = await sh(load, {...environment(), XDG_STATE_HOME: state})
    assert.deepEqual([status, stderr, existsSync(folder)], [0, '', false])
  })

  it('is not written by a run that fails', async () => {
    assert.match(await run('config path extra'), /extra/)
    assert.equal(existsSync(folder), false)
  })

  it('is replaced if it is damaged', async () => {
    fill()
    writeFileSync(only(), 'no code at all')
    assert.match(await run('--version'), /^xmpp-cli/)
    assert.ok(statSync(only()).size > 10_000)
  })

  it('is replaced if a block of it is lost', async () => {
    fill()
    const file = only()
    const whole = readFileSync(file)
    for (const at of [0.1, 0.5, 0.9]) {
      const damaged = Buffer.from(whole)
      damaged.fill(0, Math.floor(whole.length * at), Math.floor(whole.length * at) + 4096)
      writeFileSync(file, damaged)
      assert.match(await run('--version'), /^xmpp-cli/)
      assert.notDeepEqual(readFileSync(only()), damaged)
    }
  })

  it('is replaced if a single bit is wrong', async () => {
    fill()
    for (const part of [0.2, 0.95]) {
      const damaged = readFileSync(only())
      const at = Math.floor(damaged.length * part)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      writeFileSync(only(), damaged)
      assert.match(await run('--version'), /^xmpp-cli/)
      assert.notDeepEqual(readFileSync(only()), damaged)
    }
  })

  it('does not block a run if a FIFO is in its place', async () => {
    fill()
    const file = only()
    rmSync(file)
    await sh(`mkfifo -m 600 "${file}"`, environment())
    assert.match(await run('--version'), /^xmpp-cli/)
  })

  it('is not read but replaced if other users can write it', async () => {
    fill()
    chmodSync(only(), 0o666)
    const {ino} = statSync(only())
    await run('--version')
    assert.notEqual(statSync(only()).ino, ino)
    assert.equal(statSync(only()).mode & 0o777, 0o600)
  })

  it('deletes the code of other builds, unless it was used within a day', async () => {
    for (const [name, age] of Object.entries({old: 3 * DAY_MS, recent: 1.9 * DAY_MS})) {
      const build = path.join(folder, name)
      mkdirSync(build, {mode: 0o700, recursive: true})
      writeFileSync(path.join(build, 'send'), '')
      const time = new Date(Date.now() - age)
      utimesSync(build, time, time)
    }
    await run('--version')
    const names = readdirSync(folder)
    assert.equal(names.length, 2)
    assert.ok(names.includes('recent'))
  })

  it('of a build counts as used by each run', async () => {
    await run('--version')
    const [build = ''] = within(folder)
    const time = new Date(Date.now() - 2 * DAY_MS)
    utimesSync(build, time, time)
    await run('--version')
    assert.ok(Date.now() - statSync(build).mtimeMs < DAY_MS)
  })
})
