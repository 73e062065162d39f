/** A process that runs already, and that is not a child of this one. */
import {readFile} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {identifyProcess, isRunning} from '../../account/state/process-status.ts'
import {EXIT, Failure} from '../../errors.ts'

const POLL_MS = 500

export interface OtherProcess {
  pid: number
  /** The program and its arguments; empty if the system does not show them. */
  argv: string[]
  /** Resolves when the process has ended; rejects with the reason of the signal. */
  ended(signal: AbortSignal): Promise<void>
}

/** Throws `no-process` (67) if no process with this id runs. */
export async function findProcess(pid: number): Promise<OtherProcess> {
  const found = await identifyProcess(pid)
  if (!found)
    throw new Failure('no-process', `No process with the id ${pid} is running`, EXIT.noUser, {
      hint: 'It may have ended already. List the processes with: ps -e',
    })
  return {
    pid,
    argv: await argvOf(pid),
    async ended(signal) {
      while (await isRunning(found))
        await sleep(POLL_MS, undefined, {signal}).catch(() => {
          throw signal.reason
        })
    },
  }
}

async function argvOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
  return text.split('\0').slice(0, -1)
}
