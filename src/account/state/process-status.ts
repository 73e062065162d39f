/** Whether a process still runs: proc(5) on Linux, a null signal (kill(2)) elsewhere. */
import {readFile} from 'node:fs/promises'

export interface ProcessId {
  pid: number
  /** Distinguishes the process from a later one with the same id; null if the system does not show it. */
  started: string | null
}

/** Undefined if no such process runs. An ended process whose parent has not read its status does not run. */
export async function identifyProcess(pid: number): Promise<ProcessId | undefined> {
  if (!exists(pid)) return undefined
  const status = await readStatus(pid)
  return status?.state === 'Z' ? undefined : {pid, started: status?.started ?? null}
}

export async function isRunning({pid, started}: ProcessId): Promise<boolean> {
  const found = await identifyProcess(pid)
  return (
    found !== undefined && (started === null || found.started === null || found.started === started)
  )
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Undefined on other systems. The name, in parentheses before these fields, may contain any character. */
async function readStatus(pid: number): Promise<{state: string; started: string} | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state, started] = [fields[0], fields[19]]
  return state && started ? {state, started} : undefined
}
