/** The tables of docs/migrating.md: all options of the other programs, and only commands and flags that `xmpp` has. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {sharedFlags} from '../../src/cli/flags.ts'
import {hasGoSendxmpp} from '../peers/peer.ts'
import {COMMANDS, read, sectionOf} from '../support/repository.ts'

/** From `--help` (go-sendxmpp, xmppc), or from the declarations of the options in the source. */
const PROGRAMS: Record<string, {version: string; options: string[]}> = JSON.parse(
  read('test/fixtures/other-programs.json'),
)
const page = read('docs/migrating.md')
const {commands} = JSON.parse(read('oclif.manifest.json')) as {
  commands: Record<string, {flags: Record<string, {type: string}>}>
}

const rowsOf = (section: string): [string, string][] =>
  [...section.matchAll(/^\| (.+) \| (.+) \|$/gm)].map(([, left = '', right = '']) => [left, right])

function tableOf(program: string): [string, string][] {
  const section = sectionOf(page, new RegExp(`^## ${program.split(' ')[0]}$`))
  const tables = section.split(/\n\n(?=\| )/).slice(1)
  const table = tables.find((table) => table.startsWith(`| ${program} |`))
  assert.ok(table, `no table for ${program}`)
  return rowsOf(table).slice(1)
}

const code = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text)

describe('docs/migrating.md', () => {
  for (const [program, {options}] of Object.entries(PROGRAMS)) {
    const rows = tableOf(program)

    it(`has all options of ${program}, and no others`, () => {
      const listed = rows
        .flatMap(([left]) => code(left))
        .filter((text) => text.startsWith('--'))
        .map((text) => text.replace(/ JID.*/, ''))
      assert.deepEqual(listed.toSorted(), options.toSorted())
    })

    it(`names only commands and flags that exist, for ${program}`, () => {
      for (const [, right] of rows)
        for (const text of code(right)) {
          const [, words = ''] = /^xmpp (.+)/.exec(text) ?? []
          const name = COMMANDS.find((name) => `${words} `.startsWith(`${name} `)) ?? 'send'
          if (words) assert.ok(words.startsWith(name), text)
          const own = commands[name.replaceAll(' ', ':')]?.flags
          const flags = Object.keys({...own, ...sharedFlags, help: null, version: null})
          for (const [, flag = ''] of text.matchAll(/(?:^| )--([\w-]+)/g))
            assert.ok(flags.includes(flag), text)
        }
    })
  }

  it('has the options that go-sendxmpp shows', function () {
    if (!hasGoSendxmpp()) return this.skip()
    const outputOf = (flag: string): string => {
      const {stderr, stdout} = spawnSync('sh', ['-c', `go-sendxmpp ${flag}`], {encoding: 'utf8'})
      return stdout + stderr
    }
    const {options = [], version = ''} = PROGRAMS['go-sendxmpp'] ?? {}
    if (!outputOf('--version').startsWith(version)) return this.skip() // another version
    const shown = [...outputOf('--help').matchAll(/^ (?:-\w, | {3} )(--[\w-]+)/gm)]
    assert.deepEqual(shown.map(([, name]) => name).toSorted(), options)
  })
})
