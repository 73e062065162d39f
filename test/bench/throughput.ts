/** Many messages over one session, sent and received. */
import {mkdtempSync} from 'node:fs'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import type {TestServer} from '../support/server.ts'
import {shareCode} from '../support/shared-code.ts'
import {batchOf} from './batch.ts'
import {onProsody, XMPP} from './environment.ts'
import {startReader, whileBobReads} from './reading.ts'
import type {Row} from './report.ts'
import {script, settingsFile} from './rivals.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, launch, succeed, type Task, wall} from './timing.ts'

const COUNT = 20_000

export async function throughput(testbed: Testbed): Promise<void> {
  await onProsody((server) => sending(testbed, server))
  await onProsody((server) => listening(testbed, server))
}

function sending(testbed: Testbed, server: TestServer): Promise<void> {
  return record(testbed, 'send --batch', () =>
    whileBobReads(server, async () => {
      const batch = batchOf(server, COUNT)
      const baseline = script(
        new URL('flood.mjs', import.meta.url),
        settingsFile(server, {count: COUNT}),
      )
      const rates = await inTurns(testbed, 3, {
        xmpp: async () => {
          const time = await wall(batch.task)
          batch.check()
          return rate(time)
        },
        baseline: async () => rate(await wall(baseline)),
      })
      return [row('send --batch', rates)]
    }),
  )
}

/**
 * The same messages for both readers; the time ends when the reader has all messages and has exited. Each run of `listen` is
 * the first one of its state folder: a later one would also print, from the archive, what the other reader has received.
 */
function listening(testbed: Testbed, server: TestServer): Promise<void> {
  const flood = script(new URL('flood.mjs', import.meta.url), settingsFile(server, {count: COUNT}))
  const receive = async (task: Task): Promise<number> => {
    const reader = await startReader(server, task)
    const started = performance.now()
    const sent = succeed(launch(flood))
    await succeed(reader)
    const time = performance.now() - started
    await sent
    return rate(time)
  }
  return record(testbed, 'listen --json', async () => {
    const args = [XMPP, 'listen', '--json', '--count', String(COUNT)]
    const listen = (): Task => {
      const state = mkdtempSync(path.join(server.dir, 'state-'))
      shareCode(state)
      const env = {...environment(server, 'bob'), XDG_STATE_HOME: state}
      return {command: process.execPath, args, env}
    }
    const raw = script(
      new URL('reader.mjs', import.meta.url),
      settingsFile(server, {user: 'bob', count: COUNT, acknowledges: true}),
    )
    const rates = await inTurns(testbed, 3, {
      xmpp: () => receive(listen()),
      baseline: () => receive(raw),
    })
    return [row('listen --json', rates)]
  })
}

function row(what: string, {baseline, xmpp}: {baseline: number; xmpp: number}): Row {
  const against = {what: 'raw sockets', value: baseline}
  return {what, value: xmpp, unit: 'messages/s', against, promise: {atLeast: 0.8}}
}

const rate = (time: number): number => (COUNT / time) * 1000
