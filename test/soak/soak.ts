/** `npm run soak`: sends many messages through cuts and kills, with real servers, and counts each message. */
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import type {ServerOptions, TestServer} from '../support/server.ts'
import {batchWithCuts, flood, listenWithCuts, listenWithKills, type Scenario} from './scenarios.ts'
import {type Finding, isClean} from './tally.ts'

/** The whole ends in this time: no scenario starts when less is left than the longest one takes. */
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

const COLUMNS: Record<string, (finding: Finding) => string> = {
  scenario: ({what}) => what,
  server: ({server}) => server,
  sent: ({sent}) => String(sent),
  lost: ({lost}) => String(lost),
  doubled: ({doubled}) => String(doubled),
  'in gaps': ({inGaps}) => String(inGaps),
  'wrong codes': ({wrongCodes}) => String(wrongCodes),
  hangs: ({hangs}) => String(hangs),
  'peak MB': ({peak}) => (peak === undefined ? '' : peak.toFixed(0)),
  seconds: ({seconds}) => seconds.toFixed(0),
}

const row = (cells: string[]): string =>
  cells.map((cell, i) => cell.padEnd(i < 2 ? 24 : 12)).join('')
const print = (line: string): void => void process.stdout.write(`${line.trimEnd()}\n`)

/** @param wanted the names of scenarios; all scenarios if empty */
async function soak(wanted: string[]): Promise<boolean> {
  const started = performance.now()
  const findings: Finding[] = []
  print(row(Object.keys(COLUMNS)))
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
          print(row(Object.values(COLUMNS).map((cell) => cell(finding))))
        } finally {
          await server.stop()
        }
      }
  }
  const sum = (key: 'sent' | 'lost' | 'doubled' | 'inGaps' | 'wrongCodes' | 'hangs'): string =>
    String(findings.reduce((total, finding) => total + finding[key], 0))
  const totals = [sum('sent'), sum('lost'), sum('doubled'), sum('inGaps')]
  print(row(['total', '', ...totals, sum('wrongCodes'), sum('hangs')]))
  return findings.every(isClean)
}

process.exitCode = (await soak(process.argv.slice(2))) ? 0 : 1
