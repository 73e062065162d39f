/** Each runtime dependency has a part in the program, and a reason in the decisions. */
import assert from 'node:assert/strict'
import {read} from '../support/repository.ts'

const {dependencies} = JSON.parse(read('package.json')) as {dependencies: Record<string, string>}
const decision = read('docs/decisions/8-dependencies.md')

describe('each runtime dependency', () => {
  // The build names the packages whose code is in the bundle: what esbuild removes as unused is not among them.
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
