import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {renderProcessWait} from '../output/run.ts'
import {runArgs, runFlags} from '../services/run/flags.ts'
import {checkCommand, splitAtCommand} from '../services/run/options.ts'
import {runAndReport} from '../services/run/run-and-report.ts'

export default class Run extends XmppCommand {
  static override summary = 'Run a command and send its result'
  static override description =
    unwrap`Runs the command after "--" and sends its result to all recipients: exit code or signal, duration, host, and
with --tail the last lines of its output, with --attach-output all of it as a file.

The command has the streams and signals of this process, and the exit code is always its own: 128 plus the number
of the signal if it was killed, 127 if it was not found, 126 if it is not executable. A message that was not sent is
one sentence on stderr. --timeout limits how long the messages may delay the exit (default: 30s), not the command.

Addresses, flags and the password are checked before the command starts.`
  static override usage = '<%= command.id %> TO... -- COMMAND...'
  static override args = runArgs
  static override flags = runFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com -- make test',
    '<%= config.bin %> <%= command.id %> juliet@example.com --on failure --tail 20 -- backup.sh /home',
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --start -- ./deploy',
    '<%= config.bin %> <%= command.id %> juliet@example.com --pid 4711',
  ]

  /** Standard input belongs to the command. */
  protected override needsPassword = (): boolean => false

  /** The terminal belongs to the command, if this run starts one. */
  protected override showsSpinner = ({pid}: {pid?: unknown}) => pid !== undefined

  async run(): Promise<void> {
    const {command, own} = splitAtCommand(this.argv)
    const {args, flags} = await this.parse(Run, own)
    checkCommand(command, flags)
    const context = {
      ...this.sessionContext(flags),
      ...{flags, signal: this.timeLimit(flags), warn: this.warning},
    }
    await this.spinner.during(renderProcessWait(flags.pid), () =>
      runAndReport(command, args.to ?? [], context),
    )
  }
}
