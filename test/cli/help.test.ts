import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import stringWidth from 'string-width'
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
  for (const words of ['', 'help', '--help', 'roster', 'roster --help', 'help roster add']) {
    it(`xmpp ${words}`, async () => assert.match(await help(words), /^USAGE$/m))
  }

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
