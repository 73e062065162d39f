/** The arguments and flags of `command run`. */
import {Args, Flags} from '@oclif/core'
import {EXIT, Failure} from '../../errors.ts'
import {ACTIONS} from '../../protocol/core/command.ts'
import {fieldFlags} from '../form/flags.ts'

export const commandRunArgs = {
  node: Args.string({
    description: 'command, as xmpp command list prints it',
    required: true,
    ignoreStdin: true,
  }),
  jid: Args.string({
    description: 'address that has the command; default: the server of the account',
    ignoreStdin: true,
  }),
}

export const commandRunFlags = {
  ...fieldFlags,
  action: Flags.option({options: [...ACTIONS, 'cancel', 'execute'] as const})({
    summary: 'step to take: next, complete; with --session also prev or cancel',
    helpValue: 'ACTION',
  }),
  'to-end': Flags.boolean({summary: 'submit every form of the command, not only the first'}),
  session: Flags.string({
    summary: 'continue the command with this session id',
    helpValue: 'ID',
  }),
}

/** Only a command that runs has steps to go back to, or can be cancelled. */
export function checkCommandRun(
  node: string,
  {action, session}: {action?: string | undefined; session?: string | undefined},
): void {
  if (node === '')
    throw new Failure('usage', 'The command is empty', EXIT.usage, {
      hint: 'xmpp command list prints the commands',
    })
  if (session === undefined && (action === 'prev' || action === 'cancel'))
    throw new Failure('usage', `--action ${action} needs --session`, EXIT.usage)
}
