/** A warm send to a distant server, compared with the fastest other client. */
import type {TestServer} from '../support/server.ts'
import {type Access, BODY, onProsody, warmUp, xmppOn} from './environment.ts'
import {longLine} from './long-line.ts'
import type {Row} from './report.ts'
import {goSendxmpp, hasGoSendxmpp} from './rivals.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

// By round-trip time in milliseconds. Node 24 starts in half the time of Node 20.
const PROMISED =
  Number.parseInt(process.versions.node, 10) >= 24 ? {50: 0.8, 100: 0.7} : {50: 0.9, 100: 0.75}

export function distance(testbed: Testbed): Promise<void> {
  return onProsody(async (server) => {
    for (const [rtt, atMost] of Object.entries(PROMISED))
      await againstGo(testbed, server, {rtt: Number(rtt), promise: {atMost}})
  })
}

interface Comparison extends Pick<Access, 'executable'>, Pick<Row, 'promise'> {
  /** The round-trip time that a proxy adds, in milliseconds; 0 for none. */
  rtt: number
}

/** A warm send, and the same with go-sendxmpp in its faster mode. */
export function againstGo(
  testbed: Testbed,
  server: TestServer,
  {executable, promise, rtt}: Comparison,
): Promise<void> {
  const name = executable === undefined ? 'send' : 'standalone send'
  const what = `${name}, warm, ${rtt === 0 ? 'loopback' : `${rtt} ms RTT`}`
  return record(testbed, what, async () => {
    if (!hasGoSendxmpp()) throw new Error('go-sendxmpp is not installed')
    const line = rtt === 0 ? undefined : await longLine(server.tlsPort, rtt)
    const port = line?.port ?? server.tlsPort
    const access = {port, ...(executable !== undefined && {executable})}
    const task = xmppOn(server, access).warm('send', server.account('bob').jid, BODY)
    const go = goSendxmpp(server, {port})
    await warmUp(task)
    const {fast, plain, xmpp} = await inTurns(testbed, rtt === 0 ? 15 : 7, {
      xmpp: () => wall(task),
      fast: () => wall(go.fast),
      plain: () => wall(go.plain),
    })
    await line?.close()
    const against = {
      what: `go-sendxmpp${fast < plain ? '' : ' --fast-off'}`,
      value: Math.min(fast, plain),
    }
    return [{what, value: xmpp, unit: 'ms', against, ...(promise && {promise})}]
  })
}
