/** The options of `run` from its flags, checked before the command starts. */
import {hostname} from 'node:os'
import {parseFlag} from '../../cli/parse-flag.ts'
import {readRoomPassword} from '../../cli/room-flags.ts'
import {parseDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {commandLine} from '../../output/run.ts'
import {buildStanza} from '../send/compose.ts'
import type {RunFlags} from './flags.ts'
import type {Result} from './last-result.ts'
import type {NotifierOptions} from './notifier.ts'
import type {RunOptions} from './run.ts'

/** Edits in quick succession would fill the archives of all recipients. */
const SHORTEST_PROGRESS_MS = 1000

/** Splits the words of the command line at the first `--`; after it stands the command. */
export function splitAtCommand(words: readonly string[]): {own: string[]; command: string[]} {
  const end = words.indexOf('--')
  return end === -1
    ? {own: [...words], command: []}
    : {own: words.slice(0, end), command: words.slice(end + 1)}
}

/** Throws `usage` (2) unless there is one thing to wait for, and for flags that need the streams of the command. */
export function checkCommand(
  command: readonly string[],
  flags: RunFlags & {json: boolean; 'password-file'?: string | undefined},
): void {
  if (flags.pid === undefined && command.length === 0)
    throw usage('The command is missing', 'Write it after "--": xmpp run JID -- make test')
  if (flags.pid !== undefined && command.length > 0)
    throw usage('--pid and a command exclude each other', 'Use one of the two')
  if (flags.json)
    throw usage('Standard output belongs to the command', 'Use --result FILE in place of --json')
  if (flags['password-file'] === '-')
    throw usage('Standard input belongs to the command', 'Use --password-file FILE')
  if (flags.room && flags.progress !== undefined)
    throw usage(
      '--progress cannot be used with --room: a room accepts no edits after the sender has left it',
      'Use --start for a message at the start',
    )
}

const usage = (message: string, hint: string): Failure =>
  new Failure('usage', message, EXIT.usage, {hint})

/** Throws 65 for an address that cannot be used, 78 for a password file of the room that cannot be read. */
export async function readRecipients(
  jids: readonly string[],
  flags: RunFlags,
  signal: AbortSignal,
): Promise<NotifierOptions['recipients']> {
  const {nick, room} = flags
  const roomPassword = room ? await readRoomPassword(flags, process.env, signal) : undefined
  const recipients = [...new Set(jids)].map((to) => ({to, nick, room, roomPassword}))
  for (const recipient of recipients) buildStanza({...recipient, body: 'test'})
  return recipients
}

/** @param argv of the command or of the process to wait for */
export function readRunOptions(
  flags: RunFlags,
  argv: readonly string[],
  lastResult: Result = 'success',
): Omit<RunOptions, 'timeout'> {
  const name = flags.name ?? (argv.length > 0 ? commandLine(argv, flags['hide-args']) : undefined)
  return {
    subject: {command: name ?? `Process ${flags.pid}`, host: hostname()},
    start: flags.start,
    tail: flags.tail,
    attachOutput: flags['attach-output'],
    progressMs: readProgress(flags.progress),
    isDue: (result) => isDue(flags.on, result, lastResult),
  }
}

function readProgress(progress: string | undefined): number | undefined {
  if (progress === undefined) return undefined
  const ms = parseFlag('--progress', progress, parseDuration)
  if (ms >= SHORTEST_PROGRESS_MS) return ms
  throw new Failure('bad-duration', 'The interval of --progress is at least 1s', EXIT.usage)
}

function isDue(on: RunFlags['on'], result: Result, last: Result): boolean {
  if (on === 'always') return true
  return on === 'change' ? result !== last : result === on
}
