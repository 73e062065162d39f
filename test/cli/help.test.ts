import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import stringWidth from 'string-width'
import {sharedFlags} from '../../src/cli/flags.ts'
import {GROUPS} from '../../src/cli/help-topics.ts'
import {EXIT} from '../../src/errors.ts'
import {environment, sh} from '../support/cli.ts'

const MANIFEST = path.join(import.meta.dirname, '../../oclif.manifest.json')

interface Entry {
  summary?: string
  examples?: unknown[]
}
const entries: Record<string, Entry> = JSON.parse(readFileSync(MANIFEST, 'utf8')).commands

const help = async (words: string): Promise<string> => {
  const {status, stderr, stdout} = await sh(`xmpp ${words}`, environment())
  assert.deepEqual([status, stderr], [0, ''])
  assert.ok(!stdout.includes('\x1b'), 'colour in a pipe')
  const wide = stdout.split('\n').filter((line) => stringWidth(line) > 80)
  assert.deepEqual(wide, [], 'wider than 80 columns')
  return stdout
}

describe('help', () => {
  const pages = [
    '',
    'help',
    '--help',
    '-h',
    'roster',
    'roster --help',
    'help roster add',
    'send -h',
  ]
  for (const words of pages)
    it(`xmpp ${words}`, async () => assert.match(await help(words), /^USAGE$/m))

  it('shows every command where somebody would look for it', () => {
    const firstWords = new Set(Object.keys(entries).map((id) => id.split(':', 1)[0]))
    assert.deepEqual(Object.values(GROUPS).flat().toSorted(), [...firstWords].toSorted())
  })

  it('xmpp help flags: what all commands have', async () => {
    const page = await help('help flags')
    for (const name of Object.keys(sharedFlags)) assert.match(page, new RegExp(`--${name}\\b`))
    assert.match(page, /XMPP_PASSWORD /)
  })

  it('xmpp help exit-codes: all that there are', async () => {
    const page = await help('help exit-codes')
    for (const status of Object.values(EXIT)) assert.match(page, new RegExp(`^  ${status} `, 'm'))
  })

  it('promises no second value behind a flag, but that some may be given again', async () => {
    const page = await help('send --help')
    assert.match(page, /^ {2}--react=EMOJI .*\n?.*repeatable/m)
    assert.doesNotMatch(page, /^ {2}--\S+\.\.\./m)
  })

  it('names the shared flags on the page of a command, and tells only its own', async () => {
    const page = await help('ping --help')
    assert.match(page, /^ {2}--count=N /m)
    assert.doesNotMatch(page, /^ +--server=/m)
    assert.match(page, /--server\b/)
  })

  for (const [id, {examples = [], summary = ''}] of Object.entries(entries)) {
    const name = id.replaceAll(':', ' ')
    it(`xmpp ${name} --help`, async () => {
      assert.match(summary, /^[A-Z].*[^.]$/, 'a summary without a full stop')
      assert.ok(examples.length > 0, 'no examples')
      const text = await help(`${name} --help`)
      assert.ok(text.startsWith(summary))
      assert.match(text, /^EXAMPLES?$/m)
    })
  }

  it('prints the version', async () => {
    assert.match(await help('--version'), /^xmpp-cli\/\d+\.\d+\.\d+ \S+ node-v\d/)
  })
})
