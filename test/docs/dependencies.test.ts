/** Each runtime dependency is used by the program, and the decisions have the reason for it. */
import assert from 'node:assert/strict'
import {filesIn, read} from '../support/repository.ts'

const {dependencies} = JSON.parse(read('package.json')) as {dependencies: Record<string, string>}
const decision = read('docs/decisions/8-dependencies.md')

describe('each runtime dependency', () => {
  // The build names the packages whose code is in the bundle, without those that esbuild removes as unused.
  const bundled = read('dist/licences.txt').split('\n')

  for (const name of Object.keys(dependencies))
    it(name, () => {
      assert.ok(
        bundled.some((line) => line.startsWith(`${name} `)),
        'its code is in the bundle',
      )
      assert.ok(
        decision.includes(`| ${name} |`),
        'its reason is in docs/decisions/8-dependencies.md',
      )
    })
})

describe('each package that is imported when it is needed', () => {
  const imported = filesIn('src', '.ts').flatMap((name) =>
    [...read(`src/${name}`).matchAll(/await import\('((?!node:)[^.'][^']*)'\)/g)].map(
      ([, id = '']) => id,
    ),
  )

  // In a chunk, a CommonJS package has only a default export. One that is needed later is imported by a module of src.
  for (const id of new Set(imported))
    it(`${id} is an ES module`, () => {
      const {exports, type} = JSON.parse(read(`node_modules/${id}/package.json`))
      const entry = exports?.['.'] ?? exports
      assert.ok(type === 'module' || /\.mjs"/.test(JSON.stringify(entry?.import)), 'it is CommonJS')
    })
})
