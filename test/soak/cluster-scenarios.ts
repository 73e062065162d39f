/** A cluster of two nodes, one of which is killed: no accepted message is lost, and runs continue at the other node. */
import {setTimeout as sleep} from 'node:timers/promises'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers} from '../fixtures/accounts.ts'
import {environment} from '../support/cli.ts'
import {type Cluster, startCluster} from '../support/ejabberd-cluster.ts'
import type {TestServer} from '../support/server.ts'
import {BatchRun} from './batch-run.ts'
import {Listening} from './listening.ts'
import {allPrinted, TERMINATED} from './scenarios.ts'
import {type Finding, type SentMessage, Tally} from './tally.ts'

const as = (nodes: TestServer[], name: string): NodeJS.ProcessEnv => ({
  ...environment(nodes[0] as TestServer, name),
  XMPP_SERVER: nodes.map(({tlsPort}) => `xmpps://127.0.0.1:${tlsPort}`).join(','),
})

async function onCluster(use: (nodes: Cluster['nodes']) => Promise<Finding>): Promise<Finding> {
  const {nodes, stop} = await startCluster({users: ['romeo', 'juliet']})
  try {
    return await use(nodes)
  } finally {
    await stop()
  }
}

/** The sender is at the first node, the receiver at the second; the first is killed in the middle of the batch. */
export function batchThroughKill(count: number): Promise<Finding> {
  return onCluster(async ([first, second]) => {
    const started = performance.now()
    const tally = new Tally()
    const listening = new Listening(as([second], 'juliet'), tally)
    await listening.ready
    const bodies = numbers(count).map((i) => tally.bodyOf(Number(i)))
    let isKilled = false
    const batch = new BatchRun(as([first, second], 'romeo'), bodies, (results) => {
      if (isKilled || results < count / 3) return
      isKilled = true
      process.kill(first.pid, 'SIGKILL')
    })
    const status = await batch.end()
    const {accepted, expectedStatus, states} = batch
    await allPrinted(tally, accepted.length, listening)
    const ended = await listening.end('SIGTERM')
    return {
      what: 'send --batch, node killed',
      server: 'ejabberd cluster',
      sent: count,
      lost: tally.missing(accepted) + (count - states.size) + (isKilled ? 0 : 1),
      doubled: tally.doubledOf(accepted),
      inGaps: 0,
      wrongCodes:
        [status ?? expectedStatus, ended].join() === [expectedStatus, TERMINATED].join() ? 0 : 1,
      hangs: status === undefined ? 1 : 0,
      peak: undefined,
      seconds: (performance.now() - started) / 1000,
    }
  })
}

/** The receiver is at the node that is killed, and continues at the other one. */
export function listenThroughKill(count: number): Promise<Finding> {
  return onCluster(async ([first, second]) => {
    const started = performance.now()
    const tally = new Tally()
    const listening = new Listening(as([first, second], 'juliet'), tally)
    await listening.ready
    const accepted = await withSession(
      account(second, 'romeo', second.tlsPort),
      async ({stanzas}) => {
        const sent: SentMessage[] = []
        for (let i = 0; i < count; i++) {
          if (i === Math.floor(count / 3)) {
            process.kill(first.pid, 'SIGKILL')
            // Messages in flight to that node are in no archive: ejabberd archives them at the node of the receiver.
            tally.addGap({from: Date.now(), until: Date.now()})
          }
          const body = tally.bodyOf(i)
          const written = Date.now()
          await stanzas.sendConfirmed(chat('juliet@localhost', body))
          sent.push({body, written, accepted: Date.now()})
          await sleep(2)
        }
        return sent
      },
      {trace: {}},
    )
    await allPrinted(tally, count, listening)
    const status = await listening.end('SIGTERM')
    return {
      what: 'listen, node killed',
      server: 'ejabberd cluster',
      sent: count,
      ...tally.missingBy(accepted),
      doubled: tally.doubled,
      wrongCodes: status === TERMINATED && listening.returns === 1 ? 0 : 1,
      hangs: status === undefined ? 1 : 0,
      peak: undefined,
      seconds: (performance.now() - started) / 1000,
    }
  })
}
