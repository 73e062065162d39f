/** The standalone executable. */
import {execFileSync} from 'node:child_process'
import {ROOT} from './repository.ts'

/** Builds it, unless there is one of the same input, and copies it to a folder. Returns its path. */
export const buildExecutable = (folder: string): string =>
  runScript('scripts/packages/standalone.ts', [folder]).trim()

/** The output of a script of this repository. */
export const runScript = (script: string, words: string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync(process.execPath, ['--import', 'tsx', script, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
