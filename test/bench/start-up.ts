/** The time of commands that do not connect. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {XMPP} from './environment.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

export function startUp(testbed: Testbed): Promise<void> {
  return record(testbed, 'start-up', async () => {
    const state = mkdtempSync(path.join(tmpdir(), 'xmpp-bench-')) // for the compiled code
    const env = {...environment(), XDG_STATE_HOME: state}
    const node = (...args: string[]) => wall({command: process.execPath, args, env})
    try {
      const {bare, configPath, version} = await inTurns(testbed, 21, {
        version: () => node(XMPP, '--version'),
        configPath: () => node(XMPP, 'config', 'path'),
        bare: () => node('-e', '0'),
      })
      const against = {what: 'node -e 0', value: bare}
      return [
        // 45 ms more than Node, which takes 56 ms on a quiet machine
        {what: 'xmpp --version', value: version, unit: 'ms', against, promise: {atMost: 1.8}},
        {what: 'xmpp config path', value: configPath, unit: 'ms', against},
      ]
    } finally {
      rmSync(state, {force: true, recursive: true})
    }
  })
}
