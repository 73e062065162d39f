/** One code cache for the homes of all tests: with an empty cache, each run would compile the program again. */
import {existsSync, mkdirSync, symlinkSync} from 'node:fs'
import {tmpdir, userInfo} from 'node:os'
import path from 'node:path'

const SHARED = path.join(tmpdir(), `xmpp-test-code-${userInfo().uid}`)

/** @param state the value of XDG_STATE_HOME */
export function shareCode(state: string): void {
  mkdirSync(SHARED, {recursive: true, mode: 0o700})
  const own = path.join(state, 'xmpp')
  mkdirSync(own, {recursive: true, mode: 0o700})
  if (!existsSync(path.join(own, 'code'))) symlinkSync(SHARED, path.join(own, 'code'))
}
