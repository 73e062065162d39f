import {Args, Flags} from '@oclif/core'
import {shellWord} from '../../cli/argv.ts'
import {type SharedFlags, XmppCommand} from '../../cli/base-command.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {renderStage} from '../../output/command.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {ACTIONS, type CommandStage} from '../../protocol/core/command.ts'
import {CommandRun} from '../../services/command/run-command.ts'
import {fieldFlags, readAnswers} from '../../services/form/flags.ts'

type CommandRunResult = {jid: string; node: string} & CommandStage & {error: Failure | null}

export default class CommandRunCommand extends XmppCommand {
  static override summary = 'Run an ad-hoc command'
  static override description =
    unwrap`On a terminal, the command asks for the fields of each form. Elsewhere, --field, --field-file and --form give the
values; they are submitted once, or with --to-end in each form. If a required field has no value, the exit code is 2 and
the command is cancelled.

With --json and without values, the result is the form, with the status "executing" and a session id. Give the id
to --session to submit the form later. Some services require the same resource for that: use a JID with a resource.`
  static override args = {
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
  static override flags = {
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
  static override examples = [
    '<%= config.bin %> <%= command.id %> uptime',
    '<%= config.bin %> <%= command.id %> http://jabber.org/protocol/admin#add-user --form user.json',
    '<%= config.bin %> <%= command.id %> deploy bot@example.com/service --field target=staging',
  ]

  // A form at a terminal has no time limit.
  protected override holdsOpen = canAsk

  async run(): Promise<CommandRunResult> {
    const {args, flags} = await this.parse(CommandRunCommand)
    const {action, session: sessionId} = flags
    if (sessionId === undefined && (action === 'prev' || action === 'cancel'))
      throw new Failure('usage', `--action ${action} needs --session`, EXIT.usage)
    const to = args.jid === undefined ? undefined : parseJid(args.jid).full
    const given = await readAnswers(flags, this.timeLimit(flags))
    const settings = await this.settings(flags)
    const jid = to ?? settings.jid.domain
    const {node} = args
    const {stage, unused} = await this.sessionWith(settings, flags, async ({iq, signal}) => {
      const run = new CommandRun(iq, {
        ...{action, given, node, sessionId, signal, to: jid, toEnd: flags['to-end']},
        unanswered: this.jsonEnabled() ? 'return' : canAsk() ? 'ask' : 'fail',
      })
      const stage = await run.toLastStage()
      return {stage, unused: run.unused}
    })
    const result = {jid, node, ...stage, error: failureIn(stage)}
    await this.report(result, unused, flags)
    return result
  }

  private async report(
    result: CommandRunResult,
    unused: string[],
    flags: SharedFlags,
  ): Promise<void> {
    const text = await renderStage(result, this.terminal())
    if (text !== '') await this.text(text)
    const {error} = result
    if (result.status === 'executing') this.warning(continueHint(result), flags)
    if (unused.length > 0) this.warning(`The command has no field ${unused.join(', ')}`, flags)
    if (error) this.failWith(error)
  }
}

/** The user may paste it into a shell, and the service chose the session id. */
function continueHint({jid, node, sessionId}: CommandRunResult): string {
  if (sessionId === null || sanitizeLine(sessionId) !== sessionId)
    return 'The command waits for values. To give them in this run, use --field and --to-end'
  const words = ['xmpp', 'command', 'run', node, jid, `--session=${sessionId}`]
  return `To continue: ${words.map(shellWord).join(' ')} --field NAME=VALUE`
}

/** §3.5: a command that failed is `completed` as well, with a note of type error. */
function failureIn({notes, status}: CommandStage): Failure | null {
  const errors = notes.filter(({type}) => type === 'error')
  if (status !== 'completed' || errors.length === 0) return null
  return new Failure('command-failed', 'The command failed', EXIT.unavailable, {
    stage: 'request',
    text: errors.map(({text}) => text).join('\n'),
  })
}
