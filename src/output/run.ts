/** The texts that `run` sends, and its notices. */
import {constants} from 'node:os'
import {formatDuration} from '../duration.ts'
import {reasonOf} from '../errors.ts'
import {shellWord} from './layout/shell-word.ts'

/** The subject of the message: a command, or a process that was already running. */
export interface Subject {
  command: string
  host: string
}

interface EndOfCommand {
  status: number | null
  signal: string | null
  /** The error code of the system when the command could not be started, such as `ENOENT`. */
  startError: string | null
}

const MAX_COMMAND = 200

/** One line, with the quotes that a shell needs. @param hideArgs leaves only the program */
export function commandLine(argv: readonly string[], hideArgs: boolean): string {
  const words = hideArgs ? argv.slice(0, 1) : argv
  const line = words.map(shellWord).join(' ')
  return line.length > MAX_COMMAND ? `${line.slice(0, MAX_COMMAND - 1)}…` : line
}

export const startedText = ({command, host}: Subject): string => `${command}: started on ${host}`

export const runningText = ({command, host}: Subject, ms: number): string =>
  `${command}: running for ${elapsed(ms)} on ${host}`

/** The reason why a command could not be started, by the error code of the system. */
export function startErrorText(code: string): string {
  if (code === 'ENOENT') return 'command not found'
  if (code === 'EACCES') return 'not executable'
  const errno: Record<string, number> = constants.errno
  return reasonOf({code, errno: -(errno[code] ?? 0)})
}

export function endedText({command, host}: Subject, outcome: EndOfCommand, ms: number): string {
  return outcome.startError === null
    ? `${command}: ${describe(outcome)} after ${elapsed(ms)} on ${host}`
    : `${command}: could not be started on ${host} (${startErrorText(outcome.startError)})`
}

/** The exit status of a process that is not a child cannot be known. */
export const processEndedText = ({command, host}: Subject, pid: number, ms: number): string =>
  `${command}: ended on ${host} (process ${pid}, ${elapsed(ms)} after the wait began)`

export const withTail = (text: string, tail: string): string =>
  tail === '' ? text : `${text}\n\n${tail}`

function describe({signal, status}: EndOfCommand): string {
  if (signal) return `killed by ${signal}`
  return status === 0 ? 'succeeded' : `failed with exit code ${status}`
}

/** Durations of more than a minute are rounded to seconds. */
const elapsed = (ms: number): string =>
  formatDuration(
    ms < 60_000 ? Math.round(ms / 100) * 100 || Math.round(ms) : Math.round(ms / 1000) * 1000,
  )

export const renderProcessWait = (pid: number | undefined): string => `Waiting for process ${pid}`

export const renderStartError = (program: string, code: string): string =>
  `${shellWord(program)}: ${startErrorText(code)}`

/** @param reason of the system */
export const renderUnsavedResult = (reason: string): string =>
  `The result is not saved, so the next run compares with an older one: ${reason}`
