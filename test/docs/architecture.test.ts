/** Checks the lists of docs/architecture.md against the imports of the code. */
import assert from 'node:assert/strict'
import path from 'node:path'
import {exists, filesIn, listedFiles, read, sectionOf} from '../support/repository.ts'

const LONGEST = 12
const PATHS = ['send', 'listen', 'roster list']

const text = read('docs/architecture.md')

/** The files that a file imports; `xmpp:commands` is the table of all commands that the build makes. */
function importsOf(file: string): string[] {
  const specifiers = [...read(file).matchAll(/\bfrom '([^']+)'|\bimport\('([^']+)'\)/g)]
  return specifiers.flatMap(([, name, dynamic]) => {
    const specifier = name ?? dynamic ?? ''
    if (specifier === 'xmpp:commands')
      return filesIn('src/commands', '.ts').map((command) => `src/commands/${command}`)
    return specifier.startsWith('.') ? [path.posix.join(path.posix.dirname(file), specifier)] : []
  })
}

const areLinked = (a: string, b: string): boolean =>
  importsOf(a).includes(b) || importsOf(b).includes(a)

describe('docs/architecture.md', () => {
  it('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|bin)\/[\w./-]+)`/g)].map(([, file = '']) => file)
    for (const file of named) assert.ok(exists(file), file)
  })

  it('names each folder directly in src/', () => {
    const folders = filesIn('src', '.ts')
      .filter((file) => file.includes('/'))
      .map((file) => file.split('/', 1)[0])
    for (const folder of new Set(folders))
      assert.ok(text.includes(`| \`src/${folder}/\` |`), folder)
  })

  for (const name of PATHS)
    it(`lists the path of xmpp ${name}: each file imports an earlier one, or is imported by it`, () => {
      const section = sectionOf(text, new RegExp(`^## The path of .*\`xmpp ${name}\``))
      const files = listedFiles(section)
      const named =
        section
          .match(/^\d+\. .*(?:\n {4}.*)*/gm)
          ?.join()
          .match(/`[\w./-]+\.ts`/g) ?? []
      assert.ok(files.length > 0 && named.length <= LONGEST, `it names ${named.length} files`)
      for (const [index, file] of files.entries())
        assert.ok(
          index === 0 || files.slice(0, index).some((earlier) => areLinked(earlier, file)),
          `${file} is not linked to an earlier file`,
        )
    })
})
