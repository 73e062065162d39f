/** The process of a sandbox for a shell. It ends with the shells that ran the printed lines. */
import {once} from 'node:events'
import {shellWord} from '../../src/output/layout/shell-word.ts'
import {allShellsEnded} from './processes.ts'
import {openSandbox, type Sandbox} from './sandbox.ts'

export type BackgroundAnswer = {lines: string[]} | {error: string}

const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name)))
const answer = (message: BackgroundAnswer): void => void process.send?.(message)
try {
  const sandbox = await openSandbox()
  answer({lines: linesFor(sandbox)})
  await Promise.race([stopped, allShellsEnded(sandbox.shells)])
  await sandbox.stop()
} catch (error) {
  answer({error: String(error)})
}
process.exit()

function linesFor({lines, shells}: Sandbox): string[] {
  return [...lines, `export XMPP_SANDBOX_PID=${process.pid}`, `echo $$ >>${shellWord(shells)}`]
}
