/** Mocha's root hooks: an uncaught error or an unhandled rejection fails the test. */
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'

const folder = mkdtempSync(path.join(tmpdir(), 'crashes-'))

/** The file that `crash-log.cjs` writes. */
export const crashLog = path.join(folder, 'log')

/** Throws if a run of the command crashed since the last call. */
export function assertNoCrash(): void {
  if (!existsSync(crashLog)) return
  const crashes = readFileSync(crashLog, 'utf8')
  rmSync(crashLog)
  throw new Error(`The command crashed: ${crashes}`)
}

// Mocha only records them. Thrown here, they fail the test that runs.
process.on('unhandledRejection', (reason) => {
  throw reason
})

process.once('exit', () => rmSync(folder, {force: true, recursive: true}))

export const mochaHooks = {
  afterEach: assertNoCrash, // of runs that the test did not wait for
  afterAll: assertNoCrash, // with --parallel, after each file
}
