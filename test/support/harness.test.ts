import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {assertDocuments, environment, sh} from './cli.ts'

const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
const crashes = path.join(import.meta.dirname, 'crashes.ts')

describe('the harness', () => {
  const rejecting = encodeURIComponent('setTimeout(() => Promise.reject(new Error("forgotten")))')

  it('fails with an unhandled rejection in the command', async () => {
    const env = {...environment(), NODE_OPTIONS: `--import=data:text/javascript,${rejecting}`}
    await assert.rejects(sh('xmpp config path', env), /unhandledRejection: Error: forgotten/)
  })

  it('fails with an unhandled rejection in the test', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'harness-'))
    const file = path.join(dir, 'one.spec.cjs')
    writeFileSync(file, "it('a', () => void Promise.reject(new Error('forgotten')))")
    const options = [
      '--import=tsx',
      mocha,
      '--no-config',
      '--no-package',
      '--require',
      crashes,
      file,
    ]
    const {status, stdout} = spawnSync(process.execPath, options, {encoding: 'utf8'})
    rmSync(dir, {recursive: true})
    assert.notEqual(status, 0)
    assert.match(stdout, /Error: forgotten/)
  })

  it('fails with a second document', () => {
    assert.throws(() => assertDocuments('{"messages":[]}\n{"error":{}}\n', 1), /a second document/)
    assertDocuments('{"line":1,"state":"accepted"}\n{"line":2}\n{"error":{}}\n', 1)
    assertDocuments('{"event":"ready"}\n{"event":"end"}\n', 1)
    assertDocuments('{"a":1}\n{"a":2}\n', 2)
  })
})
