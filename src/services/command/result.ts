/** The result of `command run`: the last stage of the command, and the failure or the next command line. */
import {shellWord} from '../../cli/argv.ts'
import {EXIT, Failure} from '../../errors.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import type {CommandStage} from '../../protocol/core/command.ts'

export type CommandRunResult = {jid: string; node: string} & CommandStage & {error: Failure | null}

/** XEP-0050 §3.5: a command that failed is `completed` as well, with a note of type error. */
export function failureIn({notes, status}: CommandStage): Failure | null {
  const errors = notes.filter(({type}) => type === 'error')
  if (status !== 'completed' || errors.length === 0) return null
  return new Failure('command-failed', 'The command failed', EXIT.unavailable, {
    stage: 'request',
    text: errors.map(({text}) => text).join('\n'),
  })
}

/** How to submit the form later. The user may paste it into a shell, and the service chose the session id. */
export function continueHint({jid, node, sessionId}: CommandRunResult): string {
  if (sessionId === null || sanitizeLine(sessionId) !== sessionId)
    return 'The command waits for values. To give them in this run, use --field and --to-end'
  const words = ['xmpp', 'command', 'run', node, jid, `--session=${sessionId}`]
  return `To continue: ${words.map(shellWord).join(' ')} --field NAME=VALUE`
}
