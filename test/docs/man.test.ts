/** The manual pages that the build writes. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import path from 'node:path'
import {OPTIONS} from '../../src/account/config/options.ts'
import {COMMANDS, exists, filesIn, read} from '../support/repository.ts'

const FOLDER = 'dist/man'
const pages = filesIn(FOLDER, '').filter((name) => /\.\d$/.test(name))
const files = pages.map((name) => path.join(import.meta.dirname, '../..', FOLDER, name))
const isInstalled = (command: string, ...words: string[]): boolean =>
  spawnSync(command, words).error === undefined

describe('manual pages', () => {
  it('there is one for the program, for its config file, and for each command', () => {
    const commands = COMMANDS.map((name) => `man1/xmpp-${name.replaceAll(' ', '-')}.1`)
    assert.deepEqual(
      pages.toSorted(),
      [...commands, 'man1/xmpp.1', 'man5/xmpp-config.5'].toSorted(),
    )
  })

  it('refer only to pages that exist', () => {
    for (const page of pages)
      for (const [, name, volume] of read(`${FOLDER}/${page}`).matchAll(
        /^\.(?:It )?Xr (\S+) (\d)/gm,
      ))
        assert.ok(exists(`${FOLDER}/man${volume}/${name}.${volume}`), `${page}: ${name}`)
  })

  it('xmpp-config has all keys', () => {
    const page = read(`${FOLDER}/man5/xmpp-config.5`)
    for (const key of Object.keys(OPTIONS)) assert.match(page, new RegExp(`^\\.It Sy ${key}$`, 'm'))
  })

  it('man has no warnings', function () {
    this.timeout(120_000)
    if (!isInstalled('man', '--version')) return this.skip()
    const some = files.filter((file) => /\/xmpp(-config|-send)?\.\d$/.test(file)) // each takes a second
    const env = {...process.env, LC_ALL: 'C.UTF-8', MANWIDTH: '80'}
    const {status, stderr} = spawnSync('man', ['--warnings', '-l', ...some], {
      env,
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('mandoc has no warnings', function () {
    if (!isInstalled('mandoc', '-T', 'lint', '/dev/null')) return this.skip()
    const {stdout} = spawnSync('mandoc', ['-T', 'lint', ...files], {encoding: 'utf8'})
    // It looks for references among the pages of the system.
    const findings = stdout
      .split('\n')
      .filter((line) => !/referenced manual not found|^$/.test(line))
    assert.deepEqual(findings, [])
  })
})
