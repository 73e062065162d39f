/** The processes that a sandbox must not outlive. */
import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {identifyProcess} from '../../src/account/state/process-status.ts'

const POLL_MS = 250
/** The shell runs the printed lines within this time, or the server ends. */
const UNUSED_MS = 60_000

/** npm, and the process that started it. */
export function callers(): number[] {
  const {ppid} = process
  return process.env.npm_lifecycle_event ? [ppid, parentOf(ppid)] : [ppid]
}

function parentOf(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(pid)], {encoding: 'utf8'}))
}

/** Resolves when one of the processes has ended. */
export async function anyEnded(pids: readonly number[]): Promise<void> {
  while ((await countRunning(pids)) === pids.length) await sleep(POLL_MS, undefined, {ref: false})
}

/** Resolves when all shells whose process ids are in the file have ended, or when no shell came. */
export async function allShellsEnded(file: string, unusedMs = UNUSED_MS): Promise<void> {
  const start = performance.now()
  for (;;) {
    const pids = existsSync(file) ? readFileSync(file, 'utf8').match(/^\d+$/gm) : null
    const isOver =
      pids === null
        ? performance.now() - start > unusedMs
        : (await countRunning(pids.map(Number))) === 0
    if (isOver) return
    await sleep(POLL_MS)
  }
}

async function countRunning(pids: readonly number[]): Promise<number> {
  return (await Promise.all(pids.map(identifyProcess))).filter(Boolean).length
}
