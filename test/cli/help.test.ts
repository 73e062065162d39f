import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {stripVTControlCharacters} from 'node:util'
import {Config} from '@oclif/core/config'
import stringWidth from 'string-width'
import {parseConfig} from '../../src/account/config/config.ts'
import {OPTIONS, type Option} from '../../src/account/config/options.ts'
import {sharedFlags} from '../../src/cli/flags.ts'
import {Help} from '../../src/cli/help.ts'
import {GROUPS} from '../../src/cli/help-topics.ts'
import {CONFIG_EXAMPLE} from '../../src/cli/pages/config-file.ts'
import {PAGES} from '../../src/cli/pages/pages.ts'
import {EXIT} from '../../src/errors.ts'
import {environment} from '../support/cli.ts'
import {runXmpp} from '../support/runner.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const MANIFEST = path.join(ROOT, 'oclif.manifest.json')

interface Entry {
  summary?: string
  examples?: unknown[]
}
const entries: Record<string, Entry> = JSON.parse(readFileSync(MANIFEST, 'utf8')).commands

function assertNarrow(page: string, columns = 80): void {
  const wide = page.split('\n').filter((line) => stringWidth(line) > columns)
  assert.deepEqual(wide, [], `wider than ${columns} columns`)
}

/** A page of the built command. */
const run = async (words: string): Promise<string> => {
  const {status, stderr, stdout} = await runXmpp(`${words}`, environment())
  assert.deepEqual([status, stderr], [0, ''])
  assert.ok(!stdout.includes('\x1b'), 'colour in a pipe')
  assertNarrow(stdout)
  return stdout
}

/** The page of `xmpp help WORDS`, without a run of the command. */
const help = async (words: string, maxWidth = 80): Promise<string> => {
  let page = ''
  class Capture extends Help {
    protected override log(text: string): void {
      page += `${stripVTControlCharacters(text)}\n`
    }
  }
  const {argv} = process
  process.argv = ['node', 'xmpp', 'help', ...words.split(' ')]
  try {
    const config = await Config.load({root: ROOT, userPlugins: false, devPlugins: false})
    await new Capture(config, {maxWidth}).showHelp(words.split(' '))
  } finally {
    process.argv = argv
  }
  assertNarrow(page, maxWidth)
  return page
}

describe('help', () => {
  it('wraps the first line on a narrow terminal', async () => {
    for (const words of ['--help', 'whoami']) await help(words, 60)
  })

  const pages = ['help', '--help', '-h', 'roster', 'send -h']
  for (const words of pages)
    it(`xmpp ${words}`, async () => assert.match(await run(words), /^USAGE$/m))

  for (const [words, page] of [
    ['help roster add', 'roster add'],
    ['roster --help', 'roster'],
    ['help flags', 'flags'],
  ] as const)
    it(`xmpp ${words} prints the page that the other tests read`, async () =>
      assert.equal(await run(words), await help(page)))

  it('further words after a page or a command are ignored', async () => {
    assert.equal(await help('flags extra'), await help('flags'))
    assert.equal(await help('send extra'), await help('send'))
    assert.equal(await help('help'), await help('--help'))
  })

  it('xmpp without arguments shows the first steps', async () => {
    const page = await run('')
    assert.ok(page.split('\n').length < 15, page)
    assert.match(page, /^FIRST STEPS\n {2}\$ xmpp login juliet@example\.com /m)
    assert.match(page, /^ {2}xmpp help +all commands$/m)
  })

  it('shows every command in a group', () => {
    const firstWords = new Set(Object.keys(entries).map((id) => id.split(':', 1)[0]))
    assert.deepEqual(Object.values(GROUPS).flat().toSorted(), [...firstWords].toSorted())
  })

  it('xmpp help flags: the shared flags', async () => {
    const page = await help('flags')
    for (const name of Object.keys(sharedFlags)) assert.match(page, new RegExp(`--${name}\\b`))
    assert.match(page, /XMPP_PASSWORD /)
  })

  it('xmpp help exit-codes: all exit codes', async () => {
    const page = await help('exit-codes')
    for (const status of Object.values(EXIT)) assert.match(page, new RegExp(`^  ${status} `, 'm'))
  })

  for (const name of Object.keys(PAGES))
    it(`xmpp help ${name}`, async () => assert.match(await help(name), /^[A-Z ]+$/m))

  it('xmpp help config-file: all keys, and an example that works', async () => {
    const page = await help('config-file')
    for (const key of Object.keys(OPTIONS)) assert.match(page, new RegExp(`^  ${key} `, 'm'))
    const {accounts, defaultAccount} = await parseConfig(CONFIG_EXAMPLE, 'example')
    assert.ok(accounts.has(defaultAccount ?? ''))
  })

  it('xmpp help environment: each variable of a flag', async () => {
    const page = await help('environment')
    for (const {variable} of Object.values<Option>(OPTIONS))
      if (variable) assert.match(page, new RegExp(`\\b${variable}\\b`))
  })

  it('xmpp roster nonsense: names the page to read', async () => {
    const {status, stderr} = await runXmpp('roster nonsense', environment())
    assert.deepEqual(
      [status, stderr],
      [2, 'xmpp: There is no command "roster nonsense"\n      See xmpp help roster\n'],
    )
  })

  it('marks flags as repeatable, without "..." after their value', async () => {
    const page = await help('send')
    assert.match(page, /^ {2}--react=EMOJI .*\n?.*repeatable/m)
    assert.doesNotMatch(page, /^ {2}--\S+\.\.\./m)
  })

  it('lists only the own flags of a command, and names the shared ones', async () => {
    const page = await help('ping')
    assert.match(page, /^ {2}--count=N /m)
    assert.doesNotMatch(page, /^ +--server=/m)
    assert.match(page, /--server\b/)
  })

  for (const [id, {examples = [], summary = ''}] of Object.entries(entries)) {
    const name = id.replaceAll(':', ' ')
    it(`xmpp ${name} --help`, async () => {
      assert.match(summary, /^[A-Z].*[^.]$/, 'a summary without a full stop')
      assert.ok(examples.length > 0, 'no examples')
      const text = await help(name)
      assert.ok(text.startsWith(summary))
      assert.match(text, /^EXAMPLES?$/m)
    })
  }

  it('prints the version', async () => {
    for (const flag of ['--version', '-V'])
      assert.match(await run(flag), /^xmpp-cli\/\d+\.\d+\.\d+ \S+ node-v\d/)
  })
})
