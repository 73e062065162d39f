/** A warm send to a distant server, compared with the fastest other client. */
import type {TestServer} from '../support/server.ts'
import {BODY, onProsody, warmUp, xmppOn} from './environment.ts'
import {longLine} from './long-line.ts'
import {goSendxmpp, hasGoSendxmpp} from './rivals.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

// By round-trip time in milliseconds. Node 24 starts in half the time of Node 20.
const PROMISED =
  Number.parseInt(process.versions.node, 10) >= 24 ? {50: 0.8, 100: 0.7} : {50: 0.9, 100: 0.75}

export function distance(testbed: Testbed): Promise<void> {
  return onProsody(async (server) => {
    for (const [rtt, atMost] of Object.entries(PROMISED))
      await at(testbed, server, Number(rtt), atMost)
  })
}

function at(testbed: Testbed, server: TestServer, rtt: number, atMost: number): Promise<void> {
  const what = `send, warm, ${rtt} ms RTT`
  return record(testbed, what, async () => {
    if (!hasGoSendxmpp()) throw new Error('go-sendxmpp is not installed')
    const {close, port} = await longLine(server.tlsPort, rtt)
    const task = xmppOn(server, {port}).warm('send', server.account('bob').jid, BODY)
    const go = goSendxmpp(server, {port})
    await warmUp(task)
    const {fast, plain, xmpp} = await inTurns(testbed, 7, {
      xmpp: () => wall(task),
      fast: () => wall(go.fast),
      plain: () => wall(go.plain),
    })
    await close()
    const against = {
      what: `go-sendxmpp${fast < plain ? '' : ' --fast-off'}`,
      value: Math.min(fast, plain),
    }
    return [{what, value: xmpp, unit: 'ms', against, promise: {atMost}}]
  })
}
