/** A whole run of `run`: reads the settings and secrets of its messages, runs the command, and sends them. */
import {readAddressBook} from '../../account/address-book.ts'
import type {AccountFlags} from '../../account/config/options.ts'
import type {Settings} from '../../account/settings.ts'
import type {SessionContext} from '../../cli/base-command.ts'
import {printFailure, printWarning} from '../../cli/error-report.ts'
import {checkWritable} from '../../cli/files.ts'
import {defaultNick} from '../../cli/room-flags.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import {reasonWithPath} from '../../errors.ts'
import {renderStartError, renderUnsavedResult} from '../../output/run.ts'
import {parseRecipients} from '../send/recipients.ts'
import {newUploadContext} from '../upload/upload-context.ts'
import {Uploads} from '../upload/upload-files.ts'
import {exitStatusOf, resultOf} from './command.ts'
import type {RunFlags} from './flags.ts'
import {LastResult} from './last-result.ts'
import {Notifier} from './notifier.ts'
import {readRecipients, readRunOptions} from './options.ts'
import {findProcess} from './other-process.ts'
import {writeResult} from './result-file.ts'
import {runAndNotify, waitAndNotify} from './run.ts'

interface RunContext extends SessionContext {
  flags: RunFlags & AccountFlags
  /** Ends the wait for an input. */
  signal: AbortSignal
  warn(sentence: string): void
}

const TIMEOUT_MS = 30_000

/**
 * Sets the exit status: that of the command, unless it is 0 and a required message has failed.
 * @param words recipients
 */
export async function runAndReport(
  command: string[],
  words: string[],
  context: RunContext,
): Promise<void> {
  const {flags} = context
  if (flags.result !== undefined) await checkWritable(flags.result)
  const other = flags.pid === undefined ? undefined : await findProcess(flags.pid)
  const argv = other?.argv ?? command
  const {timeout = TIMEOUT_MS, ...rest} = await context.settings()
  const settings = {...rest, timeout}
  const book = readAddressBook(flags, process.env, settings.config)
  const {recipients} = parseRecipients(words, 'elsewhere', book)
  const notifier = await newNotifier(recipients, settings, context)
  const id = flags.name === undefined ? argv : [flags.name]
  const last =
    flags.on === 'change'
      ? new LastResult(process.env, settings.jid.bare, [...recipients, ...id])
      : undefined
  const options = readRunOptions(flags, argv, await last?.read())
  const timed = {...options, timeout: settings.timeout}

  const result = other
    ? await waitAndNotify(other, timed, notifier, shutdownSignal)
    : await runAndNotify(command, timed, notifier)

  if (result.startError !== null)
    printWarning(renderStartError(command[0] ?? '', result.startError))
  const {failure, results: messages, upload} = notifier
  process.exitCode = exitStatusOf(result) || (flags['require-delivery'] && failure?.exitCode) || 0
  if (!failure)
    await last?.write(resultOf(result)).catch((error) => {
      context.warn(renderUnsavedResult(reasonWithPath(error))) // the exit status stays that of the command
    })
  if (flags.result === undefined) return
  const files = upload && {files: [upload]}
  const document = {argv, pid: flags.pid ?? null, ...result, messages, ...files}
  await writeResult(flags.result, `${JSON.stringify(document)}\n`)
}

/** Reads the password now: the settings that lead to it may have changed when the command has ended. */
async function newNotifier(
  recipients: string[],
  settings: Settings & {timeout: number},
  {flags, open, signal}: RunContext,
): Promise<Notifier> {
  const {anonymous, jid, trust} = settings
  if (!anonymous && trust.cert === undefined) await settings.password()
  // The time begins when there is something to send, not with the session.
  const until = (deadline: number): Settings => ({
    ...settings,
    began: deadline - settings.timeout,
  })
  return new Notifier({
    recipients: await readRecipients(recipients, flags, signal),
    nick: defaultNick(jid),
    open: (use, deadline) => open(until(deadline), use),
    newUploads: async (source, deadline) => {
      const options = {open, showProgress: false}
      return new Uploads([source], await newUploadContext(until(deadline), options))
    },
    onFailure: (to, failure) => printFailure(failure.about(to), {json: false, quiet: false}),
  })
}
