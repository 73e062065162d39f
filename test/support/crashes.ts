/** Mocha's root hooks: a test fails with any error, and any rejected promise, that is caught nowhere. */
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'

const folder = mkdtempSync(path.join(tmpdir(), 'crashes-'))

/** Where `crash-log.cjs` writes. */
export const crashLog = path.join(folder, 'log')

/** Throws if a run of the command crashed since the last call. */
export function assertNoCrash(): void {
  if (!existsSync(crashLog)) return
  const crashes = readFileSync(crashLog, 'utf8')
  rmSync(crashLog)
  throw new Error(`The command crashed: ${crashes}`)
}

// Mocha only takes note of them. Thrown from here, they fail the test that runs.
process.on('unhandledRejection', (reason) => {
  throw reason
})

process.once('exit', () => rmSync(folder, {force: true, recursive: true}))

export const mochaHooks = {
  afterEach: assertNoCrash, // of runs that the test did not wait for
  afterAll: assertNoCrash, // with --parallel, after each file
}
