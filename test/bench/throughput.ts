/** Many messages over one session, out and in. */
import {environment} from '../support/cli.ts'
import type {TestServer} from '../support/server.ts'
import {batchOf} from './batch.ts'
import {attempt, type Lab} from './lab.ts'
import {script, settingsFile} from './others.ts'
import {startReader, whileBobReads} from './reading.ts'
import type {Row} from './report.ts'
import {onProsody, XMPP} from './scene.ts'
import {inTurns, launch, succeed, type Task, wall} from './timing.ts'

const COUNT = 20_000

export async function throughput(lab: Lab): Promise<void> {
  await onProsody((server) => sending(lab, server))
  await onProsody((server) => listening(lab, server))
}

function sending(lab: Lab, server: TestServer): Promise<void> {
  return attempt(lab, 'send --batch', () =>
    whileBobReads(server, async () => {
      const batch = batchOf(server, COUNT)
      const floor = script(
        new URL('flood.mjs', import.meta.url),
        settingsFile(server, {count: COUNT}),
      )
      const rates = await inTurns(lab, 3, {
        xmpp: async () => {
          const time = await wall(batch.task)
          batch.check()
          return rate(time)
        },
        floor: async () => rate(await wall(floor)),
      })
      return [row('send --batch', rates)]
    }),
  )
}

/** The same flood for both readers; the time runs from its start until the reader has all and is gone. */
function listening(lab: Lab, server: TestServer): Promise<void> {
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
  return attempt(lab, 'listen --json', async () => {
    const args = [XMPP, 'listen', '--json', '--count', String(COUNT)]
    const listen = {command: process.execPath, args, env: environment(server, 'bob')}
    const raw = script(
      new URL('reader.mjs', import.meta.url),
      settingsFile(server, {user: 'bob', count: COUNT, acknowledges: true}),
    )
    const rates = await inTurns(lab, 3, {xmpp: () => receive(listen), floor: () => receive(raw)})
    return [row('listen --json', rates)]
  })
}

function row(what: string, {floor, xmpp}: {floor: number; xmpp: number}): Row {
  const against = {what: 'raw sockets', value: floor}
  return {what, value: xmpp, unit: 'messages/s', against, promise: {atLeast: 0.8}}
}

const rate = (time: number): number => (COUNT / time) * 1000
