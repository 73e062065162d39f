/** The peak memory of a run. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import type {TestServer} from '../support/server.ts'
import {batchOf} from './batch.ts'
import {BODY, onProsody, warmUp, xmppOn} from './environment.ts'
import {whileBobReads} from './reading.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, type Task, wall} from './timing.ts'

const PEAK = fileURLToPath(new URL('peak.cjs', import.meta.url))
const FEW = 20_000
const MANY = 200_000

export function memory(testbed: Testbed): Promise<void> {
  return onProsody(async (server) => {
    await record(testbed, 'peak memory, send', async () => {
      const task = xmppOn(server).warm('send', server.account('bob').jid, BODY)
      await warmUp(task)
      const {value} = await inTurns(testbed, 5, {value: () => peak(server, task)})
      return [{what: 'peak memory, send', value, unit: 'MB', promise: {atMost: 80}}]
    })
    await record(testbed, 'peak memory, send --batch', () =>
      whileBobReads(server, async () => {
        const few = await batchPeak(server, FEW)
        const many = await batchPeak(server, MANY)
        const what = `peak memory, send --batch, ${MANY} lines`
        const against = {what: `${FEW} lines`, value: few}
        return [{what, value: many, unit: 'MB', against, promise: {atMost: 1.2}}]
      }),
    )
  })
}

async function batchPeak(server: TestServer, count: number): Promise<number> {
  const {check, task} = batchOf(server, count)
  const value = await peak(server, task)
  check()
  return value
}

/** In MB of a million bytes. */
export async function peak(server: TestServer, task: Task): Promise<number> {
  const file = path.join(server.dir, 'peak')
  const {args, env} = task
  await wall({...task, args: ['--require', PEAK, ...args], env: {...env, PEAK_FILE: file}})
  return (Number(readFileSync(file, 'utf8')) * 1024) / 1_000_000
}
