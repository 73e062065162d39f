/** A command of the user, with all processes that it starts: a process group, so that all of them can be ended. */
import type {ChildProcess, SpawnOptions} from 'node:child_process'
import {access, constants} from 'node:fs/promises'
import {setTimeout as sleep} from 'node:timers/promises'
import {uptime} from '../../clock.ts'
import {EXIT, Failure, reasonOf} from '../../errors.ts'
import {startProcess} from '../../start-process.ts'

// Less than the time that a run has to close its session (session/run-session.ts).
const GRACE_MS = 500
const LOOK_MS = 20

const running = new Set<ChildProcess>()

/** Throws `no-shell` (78) now if a command could not be started later, as in a container without a shell. */
export async function checkShell(): Promise<void> {
  if (process.platform === 'win32') return
  await access('/bin/sh', constants.X_OK).catch((cause) => {
    const message = `Commands cannot be run: /bin/sh: ${reasonOf(cause)}`
    const hint = 'Use a system with a shell; the container image of xmpp has none'
    throw new Failure('no-shell', message, EXIT.config, {cause, hint})
  })
}

/** The group ends with this process, unless that is killed. */
export const startShell = (command: string, options: SpawnOptions): ChildProcess =>
  startGroup(command, {...options, shell: true})

/** The same, for a program without a shell. */
export const startProgram = (file: string, options: SpawnOptions): ChildProcess =>
  startGroup(file, {...options, shell: false})

function startGroup(command: string, options: SpawnOptions): ChildProcess {
  const child = startProcess(command, [], {...options, detached: true})
  if (running.size === 0) process.on('exit', killAll)
  running.add(child)
  child.once('close', () => {
    running.delete(child)
    if (running.size === 0) process.off('exit', killAll)
  })
  return child
}

/** Sends SIGTERM to the group, and SIGKILL half a second later. */
export async function endGroup(child: ChildProcess): Promise<void> {
  const until = uptime() + GRACE_MS
  let signal: NodeJS.Signals | 0 = 'SIGTERM'
  while (signalGroup(child, signal) && uptime() < until) {
    signal = 0 // only looks
    await sleep(LOOK_MS)
  }
  signalGroup(child, 'SIGKILL')
  child.stdout?.destroy() // a process that left the group may still hold it open
}

/** False when the group has no process. */
function signalGroup({pid}: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid !== undefined && process.kill(-pid, signal)
  } catch {
    return false
  }
}

function killAll(): void {
  for (const child of running) signalGroup(child, 'SIGKILL')
}
