/** The layout that docs/architecture.md promises: small folders, small files, one direction of imports, one meaning for each type name. */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

const MOST_FILES = 26
const MOST_LINES = 250
const MOST_COMMAND_LINES = 60
const IMPORT =
  /^(?:import|export)\s[^'"]*?from '(\.[^']+)'|^import '(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm
const TYPE = /^(?:export )?(?:abstract )?(?:class|interface|type|enum) (\w+)/gm

const root = path.dirname(import.meta.dirname)
const sources = readdirSync(path.join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const file = path.posix.join('src', name.replaceAll(path.sep, '/'))
    return {
      file,
      folder: path.posix.dirname(file),
      text: readFileSync(path.join(root, file), 'utf8'),
    }
  })

const importsOf = ({folder, text}: (typeof sources)[number]): string[] =>
  [...text.matchAll(IMPORT)].map(([, ...specifiers]) =>
    path.posix.join(folder, specifiers.find((specifier) => specifier !== undefined) ?? ''),
  )

/** A call that prints a text or asks for input, with a text as its argument: those are in src/output. */
const PRINTED =
  /\b(?:text|warn(?:ing)?|print(?:Warning)?|writeErr|spinner\.(?:start|during)|ask(?:NewPassword)?)\((?:[^()'"`]|sanitize\w+\()*['"`](?=[\w$])/g

describe('the layout of src/', () => {
  it(`has no folder with more than ${MOST_FILES} files`, () => {
    const sizes = new Map<string, number>()
    for (const {folder} of sources) sizes.set(folder, (sizes.get(folder) ?? 0) + 1)
    assert.deepEqual(
      [...sizes].filter(([, size]) => size > MOST_FILES),
      [],
    )
  })

  it(`has no file with more than ${MOST_LINES} lines`, () => {
    const sizes = sources.map(({file, text}) => [file, text.split('\n').length - 1] as const)
    assert.deepEqual(
      sizes.filter(([, lines]) => lines > MOST_LINES),
      [],
    )
  })

  it(`has no command with more than ${MOST_COMMAND_LINES} lines: the rest is a service`, () => {
    const sizes = sources
      .filter(({folder}) => folder.startsWith('src/commands'))
      .map(({file, text}) => [file, text.split('\n').length - 1] as const)
    assert.deepEqual(
      sizes.filter(([, lines]) => lines > MOST_COMMAND_LINES),
      [],
    )
  })

  it('has the texts that commands print in src/output', () => {
    const texts = sources
      .filter(({file}) => /^src\/(?:commands|services)\//.test(file))
      .flatMap(({file, text}) => (text.match(PRINTED) ?? []).map((call) => `${file}: ${call}`))
    assert.deepEqual(texts, [])
  })

  it('has no cycle of imports between folders', () => {
    const edges = new Map<string, Set<string>>()
    for (const source of sources) {
      const from = groupOf(source.file)
      const targets = edges.get(from) ?? new Set()
      for (const imported of importsOf(source)) targets.add(groupOf(imported))
      targets.delete(from)
      edges.set(from, targets)
    }
    assert.deepEqual(cycleIn(edges), [])
  })

  it('declares each type name once', () => {
    const places = new Map<string, string[]>()
    for (const {file, text} of sources)
      for (const [, name = ''] of text.matchAll(TYPE))
        places.set(name, [...(places.get(name) ?? []), file])
    assert.deepEqual(
      [...places].filter(([, files]) => files.length > 1),
      [],
    )
  })
})

/** A folder inside a layer; a file directly in a layer, such as src/session/types.ts, is its own group. */
function groupOf(file: string): string {
  const folder = path.posix.dirname(file)
  return folder.split('/').length > 2 ? folder : file
}

/** One cycle as a list of folders that ends with its first one; empty without a cycle. */
function cycleIn(edges: Map<string, Set<string>>): string[] {
  const done = new Set<string>()
  const visit = (folder: string, trail: string[]): string[] => {
    const seen = trail.indexOf(folder)
    if (seen >= 0) return [...trail.slice(seen), folder]
    if (done.has(folder)) return []
    for (const next of edges.get(folder) ?? []) {
      const cycle = visit(next, [...trail, folder])
      if (cycle.length > 0) return cycle
    }
    done.add(folder)
    return []
  }
  for (const folder of edges.keys()) {
    const cycle = visit(folder, [])
    if (cycle.length > 0) return cycle
  }
  return []
}
