/** `npm run cluster`: kills a node of a cluster during a batch and during `listen`, and counts each message. */
import {nodeKilled} from './cluster-scenarios.ts'
import {HEADER, print, rowOf, totalOf} from './report.ts'
import {isClean} from './tally.ts'

const LINES = 3000

print(HEADER)
const findings = await nodeKilled(LINES)
for (const finding of findings) print(rowOf(finding))
print(totalOf(findings))
process.exitCode = findings.every(isClean) ? 0 : 1
