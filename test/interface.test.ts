/** docs/stability.md: the program still has everything in the last snapshot. */
import assert from 'node:assert/strict'
import {interfaceLines} from './support/interface.ts'
import {read} from './support/repository.ts'

describe('the interface', () => {
  it('has everything that test/fixtures/interface.txt has', () => {
    const now = new Set(interfaceLines())
    const snapshot = read('test/fixtures/interface.txt').split('\n').filter(Boolean)
    assert.ok(snapshot.length > 500)
    const missing = snapshot.filter((line) => !now.has(line))
    assert.deepEqual(missing, [], 'removed or changed: docs/stability.md says what may change')
  })
})
