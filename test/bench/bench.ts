/** `npm run bench`: measures the program, prints one table, and checks the promised values. */
import {parseArgs} from 'node:util'
import {distance} from './distance.ts'
import {longRoster} from './long-roster.ts'
import {memory} from './memory.ts'
import {isWithinPromise, ratio, render} from './report.ts'
import {roundTrips} from './round-trips.ts'
import {sending} from './sending.ts'
import {standalone} from './standalone.ts'
import {startUp} from './start-up.ts'
import {record, type Testbed} from './testbed.ts'
import {throughput} from './throughput.ts'
import {upload} from './upload.ts'

const BENCHES: Record<string, (testbed: Testbed) => Promise<void>> = {
  'start-up': startUp,
  send: sending,
  'round-trips': roundTrips,
  distance,
  standalone,
  throughput,
  memory,
  'long-roster': longRoster,
  upload,
}

const USAGE = `npm run bench -- [--only NAME]… [--runs N] [--json] [--verbose]
NAME: ${Object.keys(BENCHES).join(', ')}
--runs is the number of runs of each measured program; by default slow programs run less often.`

const options = {
  only: {type: 'string', multiple: true},
  runs: {type: 'string'},
  json: {type: 'boolean'},
  verbose: {type: 'boolean'},
  help: {type: 'boolean'},
} as const

const {only = Object.keys(BENCHES), runs, json, verbose} = parse()

const testbed: Testbed = {
  found: {rows: [], missing: []},
  runs: (usual) => (runs === undefined ? usual : Number(runs)),
  note: (line) => verbose && console.error(line),
}
for (const name of only) {
  await record(testbed, name, async () => {
    await BENCHES[name]?.(testbed)
    return []
  })
}

const {missing, rows} = testbed.found
if (json) {
  const results = rows.map((row) => ({
    ...row,
    ratio: ratio(row) ?? null,
    ok: isWithinPromise(row) ?? null,
  }))
  console.log(JSON.stringify({node: process.versions.node, results, missing}))
} else {
  console.log(render(testbed.found))
}
if (missing.length > 0 || rows.some((row) => isWithinPromise(row) === false)) process.exitCode = 1

function parse() {
  try {
    const {values} = parseArgs({options})
    if (values.help) leave(USAGE, 0)
    const unknown = values.only?.find((name) => !Object.hasOwn(BENCHES, name))
    if (unknown !== undefined) throw new Error(`There is no bench "${unknown}"`)
    if (values.runs !== undefined && !/^[1-9]\d*$/.test(values.runs))
      throw new Error(`--runs takes a number, not "${values.runs}"`)
    return values
  } catch (error) {
    return leave(`${(error as Error).message}\n\n${USAGE}`, 2)
  }
}

function leave(text: string, status: number): never {
  console.error(text)
  process.exit(status)
}
