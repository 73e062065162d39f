/** The number of round trips of a run: the additional time over a delaying proxy, divided by its round-trip time. */
import type {TestServer} from '../support/server.ts'
import {type Access, BODY, onProsody, warmUp, xmppOn} from './environment.ts'
import {longLine} from './long-line.ts'
import {script, settingsFile} from './rivals.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, type Task, wall} from './timing.ts'

const RTT = 200

interface Way {
  what: string
  kind: NonNullable<Access['kind']>
  temperature: 'warm' | 'cold'
  /** TCP and TLS 1.3 take one each, STARTTLS two more. */
  promised: number
}

const SASL2: Way[] = [
  {what: 'direct TLS, warm', kind: 'tls', temperature: 'warm', promised: 3},
  {what: 'direct TLS, cold', kind: 'tls', temperature: 'cold', promised: 5},
  {what: 'STARTTLS, warm', kind: 'starttls', temperature: 'warm', promised: 5},
  {what: 'STARTTLS, cold', kind: 'starttls', temperature: 'cold', promised: 7},
]
const RFC_6120: Way[] = [
  {what: 'direct TLS, server without SASL2', kind: 'tls', temperature: 'cold', promised: 6},
]

export async function roundTrips(testbed: Testbed): Promise<void> {
  await onProsody(async (server) => {
    await record(testbed, 'the delaying proxy', () => checkLine(testbed, server))
    for (const way of SASL2) await along(testbed, server, way)
  })
  await onProsody(
    async (server) => {
      for (const way of RFC_6120) await along(testbed, server, way)
    },
    {sasl2: false},
  )
}

async function along(testbed: Testbed, server: TestServer, way: Way): Promise<void> {
  const {kind, promised, temperature} = way
  const command = async (name: string, ...words: string[]): Promise<void> => {
    const what = `${name}, ${way.what}`
    await record(testbed, what, async () => {
      const value = await count(testbed, server, kind, async (port) => {
        const xmpp = xmppOn(server, {kind, port})
        if (temperature === 'warm') await warmUp(xmpp.warm(...words))
        return xmpp[temperature](...words)
      })
      return [{what, value, unit: 'round trips', promise: {atMost: promised}}]
    })
  }
  await command('send', 'send', server.account('bob').jid, BODY)
  await command('ping', 'ping')
  await command('roster list', 'roster', 'list')
}

/** The round trips of the raw scripts are known from their code: another result is a fault of the proxy. */
async function checkLine(testbed: Testbed, server: TestServer): Promise<[]> {
  const cold = await count(testbed, server, 'tls', async (port) =>
    script(new URL('baseline-cold.mjs', import.meta.url), settingsFile(server, {port})),
  )
  const warm = await count(testbed, server, 'tls', async (port) => {
    const settings = settingsFile(server, {port})
    await wall(script(new URL('baseline-cold.mjs', import.meta.url), settings)) // stores the token
    return script(new URL('baseline-warm.mjs', import.meta.url), settings)
  })
  if (Math.round(cold) === 5 && Math.round(warm) === 3) return []
  const found = [cold, warm].map((value) => value.toFixed(2)).join(' and ')
  throw new Error(`raw sockets took ${found} round trips instead of 5 and 3`)
}

/** @param taskAt returns the task for a server at a port of 127.0.0.1 */
async function count(
  testbed: Testbed,
  server: TestServer,
  kind: NonNullable<Access['kind']>,
  taskAt: (port: number) => Promise<Task>,
): Promise<number> {
  const target = kind === 'tls' ? server.tlsPort : server.port
  const lines = {near: await longLine(target, 0), far: await longLine(target, RTT)}
  try {
    const near = await taskAt(lines.near.port)
    const far = await taskAt(lines.far.port)
    // A busy machine only adds to the time, so the fastest run is the best measurement.
    const walls = await inTurns(testbed, 2, {near: () => wall(near), far: () => wall(far)}, fastest)
    return (walls.far - walls.near) / RTT
  } finally {
    await lines.near.close()
    await lines.far.close()
  }
}

const fastest = (values: readonly number[]): number => Math.min(...values)
