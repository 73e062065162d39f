/** The scenarios: each disturbs a run of the command and counts its messages. */
import {setTimeout as sleep} from 'node:timers/promises'
import {withSession} from '../../src/session/session.ts'
import type {StanzaChannel} from '../../src/xml.ts'
import {account, chat, numbers} from '../fixtures/accounts.ts'
import {environment} from '../support/cli.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import type {TestServer} from '../support/server.ts'
import {BatchRun} from './batch-run.ts'
import {type Listening, startListening} from './listening.ts'
import {type Finding, nameOf, type SentMessage, type Tally} from './tally.ts'

export interface Scenario {
  server: TestServer
  /** Whether the server has an archive. */
  archive: boolean
  /** The number of messages. */
  count: number
}

/** Sending ends after this time: ejabberd's own archive gets slower the more messages it has. */
const SENDING_MS = 20_000

/** A message counts as lost, and a run as hanging, after this time without output. */
const IDLE_MS = 15_000

export const TERMINATED = 143

/** The number of messages in one write: for a flood, and for scenarios with interruptions. */
const MANY = 500
const FEW = 10

/**
 * Sends numbered messages to juliet in writes of `atOnce` messages until the time is over; `wait` is called before each
 * write. Resolves with the messages that the server accepted.
 */
function send(
  {count, server}: Scenario,
  {atOnce, tally}: {atOnce: number; tally: Tally},
  wait: (sent: number) => Promise<unknown> = async () => {},
): Promise<SentMessage[]> {
  const outgoing = account(server, 'romeo', server.tlsPort)
  const started = performance.now()
  const accepted: SentMessage[] = []
  const sendOne = async (stanzas: StanzaChannel, body: string): Promise<void> => {
    const written = Date.now()
    await stanzas.sendConfirmed(chat('juliet@localhost', body))
    accepted.push({body, written, accepted: Date.now()})
  }
  return withSession(
    outgoing,
    async ({stanzas}) => {
      for (let sent = 0; sent < count && performance.now() - started < SENDING_MS; sent += atOnce) {
        await wait(sent)
        const length = Math.min(atOnce, count - sent)
        const bodies = Array.from({length}, (_, i) => tally.bodyOf(sent + i))
        await Promise.allSettled(bodies.map((body) => sendOne(stanzas, body)))
      }
      return accepted
    },
    {trace: {}},
  )
}

const as = (server: TestServer, name: string, wire?: Wire): NodeJS.ProcessEnv => ({
  ...environment(server, name),
  ...(wire && {XMPP_SERVER: `xmpps://127.0.0.1:${wire.port}`}),
})

/** Resolves when no message is missing, or none was printed for long. */
export async function allPrinted(
  tally: Tally,
  isComplete: () => boolean,
  listening: Listening,
): Promise<void> {
  tally.lastPrinted = performance.now()
  while (!isComplete() && performance.now() - tally.lastPrinted < IDLE_MS && !listening.isOver)
    await sleep(100)
  await sleep(1500) // messages from a second query, and repeated ones, arrive soon
}

/** Ends the run and sums up. */
async function conclude(
  what: string,
  {archive, server}: Scenario,
  {
    accepted,
    listening,
    started,
    tally,
  }: {accepted: SentMessage[]; listening: Listening; started: number; tally: Tally},
): Promise<Finding> {
  await allPrinted(tally, () => tally.missingBy(accepted).lost === 0, listening)
  const peak = listening.isOver ? undefined : listening.peak
  const status = await listening.end('SIGTERM')
  return {
    what,
    server: nameOf(server, archive),
    sent: accepted.length,
    ...tally.missingBy(accepted),
    doubled: tally.doubled,
    wrongCodes: status === undefined || status === TERMINATED ? 0 : 1,
    hangs: status === undefined ? 1 : 0,
    peak,
    seconds: (performance.now() - started) / 1000,
  }
}

/** Messages as fast as the server accepts them, to one run. */
export async function flood(scenario: Scenario, flags = ''): Promise<Finding> {
  const started = performance.now()
  const {listening, tally} = await startListening(as(scenario.server, 'juliet'), {flags})
  const accepted = await send(scenario, {atOnce: MANY, tally})
  const what = flags ? 'flood, slow --exec' : 'flood'
  return conclude(what, scenario, {accepted, listening, started, tally})
}

/** The connection of `listen` breaks again and again. */
export async function listenWithCuts(scenario: Scenario, cuts: number): Promise<Finding> {
  const started = performance.now()
  const wire = await proxy(scenario.server.tlsPort)
  try {
    const {listening, tally} = await startListening(as(scenario.server, 'juliet', wire))
    let done = 0
    const accepted = await send(scenario, {atOnce: FEW, tally}, async (sent) => {
      if (sent < ((done + 1) * scenario.count) / (cuts + 1) || done === cuts) return
      const returns = done++
      wire.cut('reset')
      await until(() => listening.returns > returns || listening.isOver)
    })
    return await conclude(`listen, ${cuts} cuts`, scenario, {accepted, listening, started, tally})
  } finally {
    await wire.close()
  }
}

/** Each run is killed in the middle of its work, and the next one starts. */
export async function listenWithKills(scenario: Scenario, kills: number): Promise<Finding> {
  const started = performance.now()
  const env = as(scenario.server, 'juliet')
  const first = await startListening(env)
  const {tally} = first
  let {listening} = first
  let done = 0
  const accepted = await send(scenario, {atOnce: FEW, tally}, async (sent) => {
    if (sent < ((done + 1) * scenario.count) / (kills + 1) || done === kills) return
    done++
    await killed()
  })
  return conclude(`listen, ${kills} kills`, scenario, {accepted, listening, started, tally})

  async function killed(): Promise<void> {
    await listening.end('SIGKILL')
    tally.killed()
    listening = (await startListening(env, {tally})).listening
  }
}

/** The connection of `send --batch` breaks again and again. */
export async function batchWithCuts(scenario: Scenario, cuts: number): Promise<Finding> {
  const {archive, count, server} = scenario
  const started = performance.now()
  const wire = await proxy(server.tlsPort)
  const {listening, tally: received} = await startListening(as(server, 'juliet'))
  let done = 0
  const bodies = numbers(count).map((i) => received.bodyOf(Number(i)))
  const batch = new BatchRun(as(server, 'romeo', wire), bodies, (results) => {
    if (done === cuts || results < ((done + 1) * count) / (cuts + 1)) return
    done++
    wire.cut('reset')
  })
  const status = await batch.end()
  await wire.close()
  const {accepted, states} = batch
  await allPrinted(received, () => received.missing(accepted) === 0, listening)
  await listening.end('SIGTERM')
  return {
    what: `send --batch, ${cuts} cuts`,
    server: nameOf(server, archive),
    sent: count,
    lost: received.missing(accepted) + (count - states.size),
    doubled: received.doubled,
    inGaps: 0,
    wrongCodes: status === undefined || status === batch.expectedStatus ? 0 : 1,
    hangs: status === undefined ? 1 : 0,
    peak: undefined,
    seconds: (performance.now() - started) / 1000,
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  const started = performance.now()
  while (!isTrue() && performance.now() - started < 2 * IDLE_MS) await sleep(10)
}
