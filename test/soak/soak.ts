/** `npm run soak`: sends many messages through cuts and kills, with real servers, and counts each message. */
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import type {ServerOptions, TestServer} from '../support/server.ts'
import {HEADER, print, row, rowOf, totalOf} from './report.ts'
import {batchWithCuts, flood, listenWithCuts, listenWithKills, type Scenario} from './scenarios.ts'
import {type Finding, isClean} from './tally.ts'

/** The limit for all scenarios: none starts when the remaining time is shorter than the longest one took. */
const LIMIT_MS = 10 * 60_000
const LONGEST_MS = 90_000
const TIMES = 10
const LINES = 3000
const FLOOD = 50_000
/** For a command that takes some time for each message. */
const FEW = 6000

const servers: Record<string, (options: ServerOptions) => Promise<TestServer>> = {
  ejabberd: startEjabberd,
  prosody: startProsody,
}

const scenarios: Record<string, (scenario: Omit<Scenario, 'count'>) => Promise<Finding>> = {
  batch: (on) => batchWithCuts({...on, count: LINES}, TIMES),
  cuts: (on) => listenWithCuts({...on, count: LINES}, TIMES),
  kills: (on) => listenWithKills({...on, count: LINES}, TIMES),
  flood: (on) => flood({...on, count: FLOOD}),
  exec: (on) => flood({...on, count: FEW}, "--exec 'sleep 0.002'"),
}

/** @param wanted the names of scenarios; all scenarios if empty */
async function soak(wanted: string[]): Promise<boolean> {
  const started = performance.now()
  const findings: Finding[] = []
  print(HEADER)
  for (const [name, run] of Object.entries(scenarios)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for (const [kind, startServer] of Object.entries(servers))
      for (const archive of [true, false]) {
        if (performance.now() - started > LIMIT_MS - LONGEST_MS) {
          print(
            `${row([name, kind])}not run: less than ${LONGEST_MS / 1000} s of ${LIMIT_MS / 60_000} min are left`,
          )
          continue
        }
        const server = await startServer({users: ['romeo', 'juliet'], archive})
        try {
          const finding = await run({server, archive})
          findings.push(finding)
          print(rowOf(finding))
        } finally {
          await server.stop()
        }
      }
  }
  print(totalOf(findings))
  return findings.every(isClean)
}

process.exitCode = (await soak(process.argv.slice(2))) ? 0 : 1
