/** The standalone executable. */
import {execFileSync} from 'node:child_process'
import {tmpdir, userInfo} from 'node:os'
import path from 'node:path'
import {ROOT} from './repository.ts'

/** Builds it, unless it exists for the same input, and copies it to a folder. Returns its path. */
export const buildExecutable = (folder: string): string =>
  runScript('scripts/packages/standalone.ts', [folder]).trim()

/** Of test files that run at the same time, one builds what several use. */
const LOCK = path.join(tmpdir(), `xmpp-test-build-${userInfo().uid}`)

/** The output of a script of this repository. */
export const runScript = (script: string, words: string[], env: NodeJS.ProcessEnv = {}): string =>
  execFileSync('flock', [LOCK, process.execPath, '--import', 'tsx', script, ...words], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  })
