/** Checks README.md and the pages beside it: commands, flags, exit codes and links are those of the program. */
import assert from 'node:assert/strict'
import path from 'node:path'
import {sharedFlags} from '../../src/cli/flags.ts'
import {EXIT} from '../../src/errors.ts'
import {COMMANDS, exists, filesIn, read, sectionOf} from '../support/repository.ts'

/** 128 and the number of the signal. */
const SIGNALS = [129, 130, 143]

const readme = read('README.md')
const {commands} = JSON.parse(read('oclif.manifest.json'))
const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']
const pages = [...PAGES, ...filesIn('docs', '.md').map((name) => `docs/${name}`)]

describe('README.md', () => {
  it('lists all commands, and no other', () => {
    const rows = sectionOf(readme, /^## Commands/).match(/^\| [^`|]+ \| `.*$/gm) ?? []
    const listed = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name))
    assert.deepEqual(listed.toSorted(), COMMANDS.toSorted())
  })

  it('has an example of each topic, with flags that exist', () => {
    const examples = sectionOf(readme, /^## Examples/)
    const calls = [...examples.matchAll(/\bxmpp ([^|>\n]+)/g)].map(([, words = '']) => words)
    for (const topic of [
      'register',
      'unregister',
      'send',
      'listen',
      'roster',
      'presence set',
      'vcard',
      'ping',
    ])
      assert.ok(
        calls.some((words) => words.startsWith(topic)),
        topic,
      )
    for (const words of calls) {
      const name = COMMANDS.find((name) => new RegExp(`^${name}\\b`).test(words))
      assert.ok(name, words)
      const flags = {...sharedFlags, ...commands[name.replace(' ', ':')].flags}
      for (const [, flag = ''] of words.matchAll(/ --([\w-]+)/g))
        assert.ok(flag in flags, `${name} --${flag}`)
    }
  })

  it('lists the exit codes of the program', () => {
    const rows = sectionOf(readme, /^## Exit codes/).match(/^\| [\d, ]+ \|/gm) ?? []
    const listed = rows.flatMap((row) => [...row.matchAll(/\d+/g)].map(Number))
    assert.deepEqual(listed.toSorted(), [...Object.values(EXIT), ...SIGNALS].toSorted())
  })
})

describe('links and paths', () => {
  for (const page of pages)
    it(page, () => {
      const text = read(page)
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g))
        if (!/^https?:/.test(target))
          assert.ok(exists(path.posix.join(path.posix.dirname(page), target)), target)
      for (const [, file = ''] of text.matchAll(/`((?:src|test|scripts|schemas)\/[\w./-]+)`/g))
        assert.ok(exists(file), file)
      for (const [, script = ''] of text.matchAll(/\bnpm run ([\w:]+)/g))
        assert.ok(script in JSON.parse(read('package.json')).scripts, script)
    })
})
