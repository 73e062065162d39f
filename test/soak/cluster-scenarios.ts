/** A cluster of two nodes, one of which is killed: no accepted message is lost, and runs continue at the other node. */
import {setTimeout as sleep} from 'node:timers/promises'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers} from '../fixtures/accounts.ts'
import {environment} from '../support/cli.ts'
import {type Cluster, startCluster} from '../support/ejabberd-cluster.ts'
import type {TestServer} from '../support/server.ts'
import {BatchRun} from './batch-run.ts'
import {startListening} from './listening.ts'
import {allPrinted, TERMINATED} from './scenarios.ts'
import type {Finding, SentMessage} from './tally.ts'

type Nodes = Cluster['nodes']

const as = (nodes: TestServer[], name: string): NodeJS.ProcessEnv => ({
  ...environment(nodes[0] as TestServer, name),
  XMPP_SERVER: nodes.map(({tlsPort}) => `xmpps://127.0.0.1:${tlsPort}`).join(','),
})

/** The end of the first node. */
class Kill {
  isDone = false
  /** Resolves when the listener has received messages. */
  readonly due: Promise<void>
  setDue = (): void => {}
  readonly #pid: number

  constructor(node: TestServer) {
    this.#pid = node.pid
    this.due = new Promise((resolve) => {
      this.setDue = resolve
    })
  }

  do(): void {
    if (this.isDone) return
    this.isDone = true
    process.kill(this.#pid, 'SIGKILL')
  }
}

/** Both at once: `count` lines of a batch, and for `listen` two thirds of that after the kill. */
export async function nodeKilled(count: number): Promise<Finding[]> {
  const {nodes, stop} = await startCluster({users: ['romeo', 'juliet', 'nurse', 'tybalt']})
  try {
    const kill = new Kill(nodes[0])
    return await Promise.all([
      kill.due.then(() => batchThroughKill(nodes, count, kill)),
      listenThroughKill(nodes, count, kill),
    ])
  } finally {
    await stop()
  }
}

/** The sender is at the first node, the receiver at the second; the first is killed in the middle of the batch. */
async function batchThroughKill(
  [first, second]: Nodes,
  count: number,
  kill: Kill,
): Promise<Finding> {
  const started = performance.now()
  const {listening, tally} = await startListening(as([second], 'juliet'))
  const bodies = numbers(count).map((i) => tally.bodyOf(Number(i)))
  const batch = new BatchRun(as([first, second], 'romeo'), bodies, (results) => {
    if (results >= count / 3) kill.do()
  })
  const status = await batch.end()
  const {accepted, expectedStatus, states} = batch
  await allPrinted(tally, () => tally.missing(accepted) === 0, listening)
  const ended = await listening.end('SIGTERM')
  return {
    what: 'send --batch, node killed',
    server: 'ejabberd cluster',
    sent: count,
    lost: tally.missing(accepted) + (count - states.size) + (kill.isDone ? 0 : 1),
    doubled: tally.doubledOf(accepted),
    inGaps: 0,
    wrongCodes:
      [status ?? expectedStatus, ended].join() === [expectedStatus, TERMINATED].join() ? 0 : 1,
    hangs: status === undefined ? 1 : 0,
    peak: undefined,
    seconds: (performance.now() - started) / 1000,
  }
}

/** The receiver is at the node that is killed, and continues at the other one. */
async function listenThroughKill(
  [first, second]: Nodes,
  count: number,
  kill: Kill,
): Promise<Finding> {
  const started = performance.now()
  const {listening, tally} = await startListening(as([first, second], 'nurse'))
  const accepted = await withSession(
    account(second, 'tybalt', second.tlsPort),
    async ({stanzas}) => {
      const sent: SentMessage[] = []
      let afterKill = 0
      for (let i = 0; afterKill < (2 * count) / 3; i++) {
        if (i === Math.floor(count / 3)) kill.setDue()
        // Messages in flight to that node are in no archive: ejabberd archives them at the node of the receiver.
        if (kill.isDone && afterKill++ === 0) tally.addGap({from: Date.now(), until: Date.now()})
        const body = tally.bodyOf(i)
        const written = Date.now()
        await stanzas.sendConfirmed(chat('nurse@localhost', body))
        sent.push({body, written, accepted: Date.now()})
        await sleep(4)
      }
      return sent
    },
    {trace: {}},
  )
  await allPrinted(tally, () => tally.missingBy(accepted).lost === 0, listening)
  const status = await listening.end('SIGTERM')
  return {
    what: 'listen, node killed',
    server: 'ejabberd cluster',
    sent: accepted.length,
    ...tally.missingBy(accepted),
    doubled: tally.doubled,
    wrongCodes: status === TERMINATED && listening.returns === 1 ? 0 : 1,
    hangs: status === undefined ? 1 : 0,
    peak: undefined,
    seconds: (performance.now() - started) / 1000,
  }
}
