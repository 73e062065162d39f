/** `npm run cluster`: kills a node of a cluster during a batch and during `listen`, and counts each message. */
import {batchThroughKill, listenThroughKill} from './cluster-scenarios.ts'
import {HEADER, print, rowOf, totalOf} from './report.ts'
import {type Finding, isClean} from './tally.ts'

const LINES = 3000

print(HEADER)
const findings: Finding[] = []
for (const run of [batchThroughKill, listenThroughKill]) {
  const finding = await run(LINES)
  findings.push(finding)
  print(rowOf(finding))
}
print(totalOf(findings))
process.exitCode = findings.every(isClean) ? 0 : 1
