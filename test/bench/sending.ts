/** One message over loopback: all time is that of the program and of the server. */
import type {TestServer} from '../support/server.ts'
import {BODY, onProsody, warmUp, xmppOn} from './environment.ts'
import type {Row} from './report.ts'
import {goSendxmpp, hasGoSendxmpp, plainClient, script, settingsFile, slixmpp} from './rivals.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

export function sending(testbed: Testbed): Promise<void> {
  return onProsody(async (server) => {
    const send = ['send', server.account('bob').jid, BODY]
    const command = xmppOn(server)
    const settings = settingsFile(server)
    const baseline = (code: URL) => () => wall(script(code, settings))

    await record(testbed, 'send, cold', async () => {
      const cold = await inTurns(testbed, 9, {
        xmpp: () => wall(command.cold(...send)),
        baseline: baseline(new URL('baseline-cold.mjs', import.meta.url)),
        ...others(server, {cold: true}),
      })
      return rows('send, cold', cold)
    })
    await record(testbed, 'send, warm', async () => {
      await warmUp(command.warm(...send))
      const warm = await inTurns(testbed, 15, {
        xmpp: () => wall(command.warm(...send)),
        baseline: baseline(new URL('baseline-warm.mjs', import.meta.url)), // with the token of the cold runs
        ...others(server, {cold: false}),
      })
      return rows('send, warm', warm, {atMost: 1.45})
    })
    await record(testbed, 'send, cold, and plain @xmpp/client', async () => {
      const {plain, xmpp} = await inTurns(testbed, 5, {
        xmpp: () => wall(command.cold(...send)),
        plain: () => wall(plainClient(server)),
      })
      const against = {what: 'plain @xmpp/client', value: plain}
      return [{what: 'send, cold', value: xmpp, unit: 'ms', against, promise: {atMost: 0.5}}]
    })
  })
}

type Others = Record<string, () => Promise<number>>

function others(server: TestServer, {cold}: {cold: boolean}): Others {
  const go = hasGoSendxmpp() && goSendxmpp(server, {cold})
  const python = slixmpp(server)
  return {
    ...(go && {fast: () => wall(go.fast), plain: () => wall(go.plain)}),
    ...(python && {slixmpp: () => wall(python)}),
  }
}

function rows(
  what: string,
  medians: Record<string, number>,
  promise?: NonNullable<Row['promise']>,
): Row[] {
  const {fast = Infinity, baseline = NaN, xmpp = NaN, plain = Infinity, slixmpp} = medians
  const go = Math.min(fast, plain)
  const row = (other: string, value: number): Row => ({
    what,
    value: xmpp,
    unit: 'ms',
    against: {what: other, value},
  })
  return [
    {...row('raw sockets', baseline), ...(promise && {promise})},
    ...(go < Infinity ? [row(`go-sendxmpp${fast < plain ? '' : ' --fast-off'}`, go)] : []),
    ...(slixmpp === undefined ? [] : [row('slixmpp', slixmpp)]),
  ]
}
