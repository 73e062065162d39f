/** A command of the user that runs with the streams and the signals of this process. */
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {constants} from 'node:os'
import type {Readable} from 'node:stream'
import {setTimeout as sleep} from 'node:timers/promises'
import {divertSignals} from '../../cli/signals.ts'
import {handleStdoutErrors} from '../../cli/stdout.ts'
import {startProcess} from '../../start-process.ts'
import type {Result} from './last-result.ts'

export interface CommandOutcome {
  /** The exit status; null after a signal, or when the command could not be started. */
  status: number | null
  signal: NodeJS.Signals | null
  /** The error code of the system when the command could not be started, such as `ENOENT`. */
  startError: string | null
}

export type OnOutput = (chunk: Buffer, stream: Readable) => void

/** The known facts about a process that is not a child. */
export const UNKNOWN_OUTCOME: CommandOutcome = {status: null, signal: null, startError: null}

// As in POSIX shells (XCU §2.8.2 and §2.9.1.4).
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126
const SIGNAL_BASE = 128

/** A process that the command left in the background may keep the pipe open for longer than the command runs. */
const DRAIN_MS = 2000

/** The exit status that a shell gives for this outcome; 0 if it is not known. */
export function exitStatusOf({signal, startError, status}: CommandOutcome): number {
  if (signal) return SIGNAL_BASE + constants.signals[signal]
  if (startError !== null) return startError === 'ENOENT' ? NOT_FOUND : NOT_EXECUTABLE
  return status ?? 0
}

export const resultOf = (outcome: CommandOutcome): Result =>
  exitStatusOf(outcome) === 0 ? 'success' : 'failure'

/**
 * Runs a program with its arguments, without a shell. Its streams are those of this process.
 * @param onOutput receives a copy of its output; then stdout and stderr of the command are pipes
 */
export async function runCommand(
  [program = '', ...args]: readonly string[],
  onOutput?: OnOutput,
): Promise<CommandOutcome> {
  if (program === '') return {status: null, signal: null, startError: 'ENOENT'} // as env(1)
  const output = onOutput ? 'pipe' : 'inherit'
  let child: ChildProcess | undefined
  // Before the command starts: else a signal could arrive after its first output and be lost.
  const release = divertSignals((signal) => {
    if (!reachesGroup(signal)) child?.kill(signal)
  })
  try {
    child = startProcess(program, args, {stdio: ['inherit', output, output]})
    if (onOutput) copyOutput(child, onOutput)
    return await outcomeOf(child)
  } finally {
    release()
    handleStdoutErrors()
  }
}

/** The keys Ctrl-C and Ctrl-\ send their signal to all processes of the terminal: to send it on would double it. */
const reachesGroup = (signal: NodeJS.Signals): boolean =>
  (signal === 'SIGINT' || signal === 'SIGQUIT') &&
  [process.stdin, process.stdout, process.stderr].some(({isTTY}) => isTTY)

function outcomeOf(child: ChildProcess): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    child.once('error', ({code = 'UNKNOWN'}: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({status: null, signal: null, startError: code})
    })
    child.once('exit', (status, signal) => {
      const outcome = {status, signal, startError: null}
      const closed = once(child, 'close')
      void Promise.race([closed, sleep(DRAIN_MS, undefined, {ref: false})]).then(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
        resolve(outcome)
      })
    })
  })
}

/** When the reader of this process closes its pipe, the pipe of the command is closed too, as without this process. */
function copyOutput(child: ChildProcess, onOutput: OnOutput): void {
  const {stderr, stdout} = child
  if (!stdout || !stderr) return
  handleStdoutErrors(() => stdout.destroy())
  process.stderr.once('error', () => stderr.destroy())
  const targets = [
    [stdout, process.stdout],
    [stderr, process.stderr],
  ] as const
  for (const [source, target] of targets) {
    source.on('data', (chunk: Buffer) => onOutput(chunk, source))
    source.pipe(target, {end: false})
  }
}
