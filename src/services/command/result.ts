/** The result of `command run`: the last stage of the command, and the failure. */
import {EXIT, Failure} from '../../errors.ts'
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
