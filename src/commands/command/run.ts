import {XmppCommand} from '../../cli/base-command.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {renderContinuation, renderStage, renderUnusedFields} from '../../output/command.ts'
import {checkCommandRun, commandRunArgs, commandRunFlags} from '../../services/command/flags.ts'
import {type CommandRunResult, failureIn} from '../../services/command/result.ts'
import {CommandRun} from '../../services/command/run-command.ts'
import {readAnswers} from '../../services/form/flags.ts'

export default class CommandRunCommand extends XmppCommand {
  static override summary = 'Run an ad-hoc command'
  static override description =
    unwrap`On a terminal, the command asks for the fields of each form. Elsewhere, --field, --field-file and --form give the
values; they are submitted once, or with --to-end in each form. If a required field has no value, the exit code is 2 and
the command is cancelled.

With --json and without values, the result is the form, with the status "executing" and a session id. Give the id
to --session to submit the form later. Some services require the same resource for that: use a JID with a resource.`
  static override args = commandRunArgs
  static override flags = commandRunFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> uptime',
    '<%= config.bin %> <%= command.id %> http://jabber.org/protocol/admin#add-user --form user.json',
    '<%= config.bin %> <%= command.id %> deploy bot@example.com/service --field target=staging',
  ]

  // A form at a terminal has no time limit.
  protected override holdsOpen = canAsk

  async run(): Promise<CommandRunResult> {
    const {args, flags} = await this.parse(CommandRunCommand)
    const {node} = args
    checkCommandRun(node, flags)
    const to = args.jid === undefined ? undefined : parseJid(args.jid).full
    const given = await readAnswers(flags, this.timeLimit(flags))
    const unanswered = this.jsonEnabled() ? 'return' : canAsk() ? 'ask' : 'fail'
    const settings = await this.settings(flags)
    const jid = to ?? settings.jid.domain
    const {action, session: sessionId, 'to-end': toEnd} = flags
    const {stage, unused} = await this.sessionWith(settings, flags, ({iq, signal}) =>
      new CommandRun(iq, {
        ...{action, given, node, sessionId, signal, to: jid, toEnd, unanswered},
      }).run(),
    )
    const result = {jid, node, ...stage, error: failureIn(stage)}
    await this.text(await renderStage(result, this.terminal()))
    if (result.status === 'executing') this.warning(renderContinuation(result))
    if (unused.length > 0) this.warning(renderUnusedFields(unused))
    if (result.error) this.failWith(result.error)
    return result
  }
}
