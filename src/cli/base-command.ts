/** What every command is: flags, one session, one result as text or JSON, one exit status. */
import {Command, type Interfaces} from '@oclif/core'
import {type Config, loadConfig} from '../account/config/config.ts'
import type {AccountFlags} from '../account/config/options.ts'
import {resolveSettings, type Settings} from '../account/settings.ts'
import type {Env} from '../account/state/directories.ts'
import {parseDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {colourFor} from '../output/colour.ts'
import {sanitizeText} from '../output/sanitize.ts'
import type {Terminal} from '../output/terminal.ts'
import type {Session} from '../session/session.ts'
import type {Iq} from '../xml.ts'
import {hasJsonFlag} from './argv.ts'
import {printFailure} from './error-report.ts'
import {type Ending, EventLog} from './event-log.ts'
import {sharedFlags} from './flags.ts'
import {shutdownSignal} from './signals.ts'
import {takePassword} from './stdin.ts'
import {writeErr, writeOut} from './stdout.ts'
import {ask} from './terminal/prompt.ts'
import {timeoutSignal} from './timeout.ts'
import {traceWriter} from './trace.ts'
import {type CommandSessionOptions, withAccountSession, withStream} from './with-session.ts'

export type SharedFlags = AccountFlags & {
  quiet: boolean
  verbose: boolean
  debug: boolean
}

type FlagOutput = Interfaces.OutputFlags<Interfaces.FlagInput>
type ArgOutput = Interfaces.OutputArgs<Interfaces.ArgInput>

export abstract class XmppCommand extends Command {
  static override baseFlags = sharedFlags

  /** The limit of the whole run where neither flag nor variable sets one; commands that hold have none. */
  protected defaultTimeout: string | undefined = '30s'

  /** Whether a run may sign in with a password: only then is standard input read for one. */
  protected needsPassword: (flags: FlagOutput) => boolean = () => true

  /** Whether the config file that is named may be one to be. */
  protected allowMissingConfig: (flags: FlagOutput) => boolean = () => false

  #quiet = false
  #json: boolean | undefined
  /** Settings may be asked for several times in a run. */
  #warned = false

  /** Runs it and prints the JSON of its result, if it has one: oclif's own way has much more to do with plugins. */
  async start(): Promise<void> {
    const result = (await this.run()) as object | undefined
    if (result && this.jsonEnabled()) await writeOut(`${JSON.stringify(result)}\n`)
  }

  protected override async parse<F extends FlagOutput, B extends FlagOutput, A extends ArgOutput>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse<F, B, A>(options, argv)
    const file = parsed.flags['password-file'] ?? process.env.XMPP_PASSWORD_FILE // as in account/secrets/password-source.ts
    if (file === '-' && this.needsPassword(parsed.flags))
      await this.takeInTime(parsed.flags as AccountFlags)
    return parsed
  }

  /** As of any source of a password, a failure is a matter of configuration. */
  private async takeInTime(flags: AccountFlags): Promise<void> {
    const limit = this.limit(flags, this.defaultTimeout)
    await takePassword(limit).catch((error: Failure) => {
      if (shutdownSignal.aborted || error.exitCode === EXIT.data) throw error
      const message = limit.aborted ? 'Standard input gave no password in time' : error.message
      throw new Failure('secret-unavailable', message, EXIT.config, {cause: error})
    })
  }

  /** The clock of the whole run, for what waits before there are settings. */
  protected limit({timeout}: AccountFlags, builtIn?: string): AbortSignal {
    const given = timeout ?? (process.env.XMPP_TIMEOUT || builtIn)
    return timeoutSignal(given === undefined ? undefined : parseDuration(given))
  }

  /** What ends the reading of an input: the writer of standard input has as long as it needs, unless --timeout is given. */
  protected inputLimit(file: string, flags: AccountFlags): AbortSignal {
    return this.limit(flags, file === '-' ? undefined : this.defaultTimeout)
  }

  /** The config file of this run. @param mayBeNew the file that is named may be one to be */
  protected loadConfig(flags: AccountFlags, mayBeNew = false): Promise<Config> {
    const signal = this.limit(flags, this.defaultTimeout)
    return loadConfig(flags.config, process.env, {mayBeNew, signal})
  }

  /** Opens a session, passes it to `use`, and always closes it. */
  protected async session<T>(
    flags: SharedFlags,
    use: (session: Session) => Promise<T>,
    options: CommandSessionOptions = {},
  ): Promise<T> {
    return this.sessionWith(await this.settings(flags), flags, use, options)
  }

  /** The same, for commands that read or change the settings first. */
  protected sessionWith<T>(
    settings: Settings,
    flags: SharedFlags,
    use: (session: Session) => Promise<T>,
    options: CommandSessionOptions = {},
  ): Promise<T> {
    return withAccountSession(settings, traceWriter(flags), use, options)
  }

  /** Opens an encrypted stream without a sign-in, passes it to `use`, and always closes it. */
  protected streamWith<T>(
    settings: Settings,
    flags: SharedFlags,
    use: (iq: Iq) => Promise<T>,
  ): Promise<T> {
    return withStream(settings, traceWriter(flags), use)
  }

  /** Who we are and how to get there: one place for flags, variables and the config file. */
  protected settings(
    flags: SharedFlags,
    env: Env = process.env,
    server?: string | null,
  ): Promise<Settings> {
    this.#quiet = flags.quiet
    if (flags.insecure && !this.#warned)
      this.warning('The certificate is not checked (--insecure)', flags)
    this.#warned = true
    return resolveSettings(flags, {
      env,
      timeout: this.defaultTimeout,
      allowMissing: this.allowMissingConfig(flags),
      ...(server !== undefined && {server}),
      limit: timeoutSignal,
      readStdin: takePassword,
      ask: (message, signal) =>
        ask({
          message,
          valueName: 'The password',
          instead: '--password-file FILE or XMPP_PASSWORD, or store the account: xmpp login',
          secret: true,
          signal,
        }),
      warn: (sentence) => {
        if (flags.verbose || flags.debug) this.warning(sentence, flags)
      },
    })
  }

  /** As for the failures of words that no command takes, and not by a variable that nobody here has heard of. */
  override jsonEnabled(): boolean {
    this.#json ??= hasJsonFlag(this.argv)
    return this.#json
  }

  /** The result, for people; with --quiet as well, if it would be lost for good. */
  protected async text(text: string, precious = false): Promise<void> {
    if (!this.jsonEnabled() && (precious || !this.#quiet)) await writeOut(`${text}\n`)
  }

  /** A file that goes to wherever stdout leads: byte for byte, unless that is a terminal, which it must not control. */
  protected async document(text: string): Promise<void> {
    await this.text(this.terminal().isTTY ? sanitizeText(text, '') : text)
  }

  /** One record of a stream of results: a line of JSON, or of text. */
  protected emit<T>(record: T, render: (record: T) => string): Promise<void> {
    return this.emitAll([record], render)
  }

  /** Some records at once, in one write. */
  protected async emitAll<T>(records: readonly T[], render: (record: T) => string): Promise<void> {
    if (records.length === 0) return
    if (this.jsonEnabled())
      await writeOut(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    else await this.text(records.map(render).join('\n'))
  }

  /** Numbered events: objects for programs, and for people those that have a line. */
  protected newEventLog(): EventLog {
    return new EventLog(async (record, line) => {
      if (this.jsonEnabled()) await this.emit(record, () => '')
      else if (line) await this.text(line())
    })
  }

  /** The last of them. With text, what ended the run before its time is told as any other failure. */
  protected async endEvents(
    events: EventLog,
    ending: Ending | undefined,
    received: number,
  ): Promise<void> {
    if (!ending) return
    await events.end(ending, received)
    if (!ending.error) return
    if (!this.jsonEnabled()) throw ending.error
    this.failWith(ending.error)
  }

  /** A failure that is part of the result: it is printed on stderr as well, and the first one is the exit status. */
  protected failWith(failure: Failure): void {
    process.exitCode ||= failure.exitCode
    printFailure(failure, {json: this.jsonEnabled(), quiet: this.#quiet})
  }

  /** Something worth knowing that is no result and no failure. */
  protected warning(sentence: string, {quiet, verbose}: SharedFlags): void {
    if (verbose || !(this.jsonEnabled() || quiet)) writeErr(`xmpp: ${sentence}\n`)
  }

  /** Where the text goes: renderers decide nothing themselves. */
  protected terminal(): Terminal {
    const {columns = 80, isTTY = false} = process.stdout
    return {columns, isTTY, colour: colourFor(process.stdout, process.env)}
  }
}
