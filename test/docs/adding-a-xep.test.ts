/** Goes through the list of docs/adding-a-xep.md: each file exists, and each command has each of its places. */
import assert from 'node:assert/strict'
import {GROUPS} from '../../src/cli/help-topics.ts'
import {INVOCATIONS} from '../acceptance/invocations.ts'
import {COMMANDS, exists, filesIn, listedFiles, read, sectionOf} from '../support/repository.ts'
import {parseTranscript} from '../support/transcript.ts'

const PAGES = 'test/acceptance'
const guide = read('docs/adding-a-xep.md')
const pages = filesIn(PAGES, '.txt')
const scripts = pages.flatMap((page) =>
  parseTranscript(read(`${PAGES}/${page}`)).map(({command}) => command),
)
const {topics}: {topics: Record<string, unknown>} = JSON.parse(read('package.json')).oclif
const overview = sectionOf(read('README.md'), /^## Commands/)
const changes = read('CHANGELOG.md')

describe('docs/adding-a-xep.md', () => {
  it('lists files that exist', () => {
    const places = listedFiles(sectionOf(guide, /^## The places/))
    assert.ok(places.length >= 12)
    const mentioned = [...guide.matchAll(/`((?:src|test|schemas|docs)\/[^` ]*)`/g)]
    for (const file of [...places, ...mentioned.map(([, file = '']) => file)])
      assert.ok(exists(file), file)
  })

  it('quotes code that is in the files', () => {
    const code = [...guide.matchAll(/ {3}```ts\n(.*?) {3}```/gs)].map(([, block = '']) => block)
    assert.equal(code.length, 2)
    const files = ['src/protocol/roster/blocking.ts', 'src/commands/block/list.ts'].map(read)
    const source = files.join('\n').replace(/^ +/gm, '')
    for (const line of code
      .join('')
      .split('\n')
      .map((line) => line.trim()))
      assert.ok(source.includes(line), line)
  })
})

describe('each command has each place of docs/adding-a-xep.md', () => {
  for (const name of COMMANDS) {
    const [first = '', second] = name.split(' ')
    it(name, () => {
      const invocation = INVOCATIONS[name.replaceAll(' ', ':')]
      assert.ok(invocation, 'an entry in test/acceptance/invocations.ts')
      const schema = `schemas/${invocation.schema ?? name.replaceAll(' ', '-')}.json`
      assert.ok(exists(schema), schema)
      const isShown = new RegExp(`\\bxmpp ${name}\\b`)
      assert.ok(
        scripts.some((script) => isShown.test(script)),
        'a command on a page in test/acceptance',
      )
      assert.equal(second !== undefined, first in topics, 'its topic in package.json')
      assert.ok(Object.values(GROUPS).flat().includes(first), 'its first word in help-topics.ts')
      assert.ok(overview.includes(`\`${name}\``), 'its name in the table of README.md')
      assert.match(changes, new RegExp(`^### (?:.+, )?${first}\\b`, 'm'))
    })
  }

  it('and docs/README.md lists each page', () => {
    const linked = [...read('docs/README.md').matchAll(/\.\.\/test\/acceptance\/([^)]+)/g)]
    assert.deepEqual(linked.map(([, page]) => page).toSorted(), pages.toSorted())
  })
})
