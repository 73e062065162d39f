/** What it costs to be there at all. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {XMPP} from './environment.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

export function startUp(testbed: Testbed): Promise<void> {
  return record(testbed, 'xmpp --version', async () => {
    const state = mkdtempSync(path.join(tmpdir(), 'xmpp-bench-')) // compiled code is kept there
    const env = {...environment(), XDG_STATE_HOME: state}
    const node = (...args: string[]) => wall({command: process.execPath, args, env})
    try {
      const {bare, xmpp} = await inTurns(testbed, 21, {
        xmpp: () => node(XMPP, '--version'),
        bare: () => node('-e', '0'),
      })
      const against = {what: 'node -e 0', value: bare}
      return [{what: 'xmpp --version', value: xmpp, unit: 'ms', against, promise: {atMost: 1.6}}]
    } finally {
      rmSync(state, {force: true, recursive: true})
    }
  })
}
