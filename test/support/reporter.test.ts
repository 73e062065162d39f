import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const reporter = path.join(import.meta.dirname, 'reporter.cjs')

describe('reporter', () => {
  let dir: string
  before(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'reporter-'))
  })
  after(() => rmSync(dir, {recursive: true}))

  function lastLine(spec: string): {line: string | undefined; status: number | null} {
    const file = path.join(dir, 'one.spec.cjs')
    writeFileSync(file, spec)
    const options = ['--no-config', '--no-package', '--reporter', reporter, file]
    const {status, stdout} = spawnSync(process.execPath, [mocha, ...options], {encoding: 'utf8'})
    return {line: stdout.trimEnd().split('\n').at(-1), status}
  }

  it('ends with the counts', () => {
    const spec = `it('a', () => {}); it('b', () => { throw 'no' }); it.skip('c', () => {})`
    assert.deepEqual(lastLine(spec), {line: '1 passed, 1 failed, 1 skipped', status: 1})
  })

  it('omits the number of skipped tests if it is 0', () => {
    assert.deepEqual(lastLine(`it('a', () => {})`), {line: '1 passed, 0 failed', status: 0})
  })
})
