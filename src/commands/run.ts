import {Args} from '@oclif/core'
import {readAddressBook} from '../account/address-book.ts'
import type {Settings} from '../account/settings.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {printFailure} from '../cli/error-report.ts'
import {checkOutput, writeOutput} from '../cli/files.ts'
import {defaultNick} from '../cli/room-flags.ts'
import {shutdownSignal} from '../cli/signals.ts'
import {writeErr} from '../cli/stdout.ts'
import {unwrap} from '../cli/unwrap.ts'
import type {UploadResult} from '../protocol/file/http-upload.ts'
import {exitStatusOf, resultOf} from '../services/run/command.ts'
import {type RunFlags, runFlags} from '../services/run/flags.ts'
import {lastResultFile, readLastResult, writeLastResult} from '../services/run/last-result.ts'
import {Notifier} from '../services/run/notifier.ts'
import {
  checkCommand,
  readRecipients,
  readRunOptions,
  splitAtCommand,
} from '../services/run/options.ts'
import {findProcess} from '../services/run/other-process.ts'
import {startErrorText} from '../services/run/report.ts'
import {runAndNotify, waitAndNotify} from '../services/run/run.ts'
import {parseRecipients} from '../services/send/recipients.ts'
import {uploadFiles} from '../services/upload/upload-files.ts'

const TIMEOUT_MS = 30_000

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
  static override args = {
    to: Args.string({
      description: 'recipients, JIDs or aliases; default: XMPP_TO',
      ignoreStdin: true,
      multiple: true,
    }),
  }
  static override flags = runFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com -- make test',
    '<%= config.bin %> <%= command.id %> juliet@example.com --on failure --tail 20 -- backup.sh /home',
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --start -- ./deploy',
    '<%= config.bin %> <%= command.id %> juliet@example.com --pid 4711',
  ]

  /** Standard input belongs to the command. */
  protected override needsPassword = (): boolean => false

  async run(): Promise<void> {
    const {command, own} = splitAtCommand(this.argv)
    const {args, flags} = await this.parse(Run, own)
    checkCommand(command, flags)
    if (flags.result !== undefined) await checkOutput(flags.result)
    const other = flags.pid === undefined ? undefined : await findProcess(flags.pid)
    const argv = other?.argv ?? command
    const settings = await this.settings(flags)
    const book = readAddressBook(flags, process.env, settings.config)
    const {recipients} = parseRecipients(args.to ?? [], 'elsewhere', book)
    const notifier = await this.notifier(recipients, flags, settings)
    const id = flags.name === undefined ? argv : [flags.name]
    const lastFile =
      flags.on === 'change'
        ? lastResultFile(process.env, settings.jid.bare, [...recipients, ...id])
        : undefined
    const last = lastFile === undefined ? 'success' : await readLastResult(lastFile)
    const options = {...readRunOptions(flags, argv, last), timeout: settings.timeout ?? TIMEOUT_MS}

    const result = other
      ? await waitAndNotify(other, options, notifier, shutdownSignal)
      : await runAndNotify(command, options, notifier)

    if (result.startError !== null)
      writeErr(`xmpp: ${command[0]}: ${startErrorText(result.startError)}\n`)
    const {failure, results: messages, upload} = notifier
    process.exitCode = exitStatusOf(result) || (flags['require-delivery'] && failure?.exitCode) || 0
    if (lastFile !== undefined && !failure) await writeLastResult(lastFile, resultOf(result))
    if (flags.result !== undefined)
      await writeOutput(
        flags.result,
        `${JSON.stringify({argv, pid: flags.pid ?? null, ...result, messages, ...(upload && {files: [upload]})})}\n`,
      )
  }

  /** Reads the password now: the settings that lead to it may have changed when the command has ended. */
  private async notifier(
    recipients: string[],
    flags: RunFlags & SharedFlags,
    settings: Settings,
  ): Promise<Notifier> {
    const {anonymous, jid, trust} = settings
    if (!anonymous && trust.cert === undefined) await settings.password()
    return new Notifier({
      recipients: await readRecipients(recipients, flags, this.timeLimit(flags)),
      nick: defaultNick(jid),
      open: (use, timeout) => this.sessionWith({...settings, timeout}, flags, use),
      upload: async (source, timeout) => {
        const context = await this.uploadContext({...settings, timeout}, flags)
        const [result] = await uploadFiles([source], {...context, showProgress: false})
        return result as UploadResult
      },
      onFailure: (to, failure) => printFailure(failure.about(to), {json: false, quiet: false}),
    })
  }
}
