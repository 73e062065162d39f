/** The base of all commands: shared flags, settings, one session. */
import type {Interfaces} from '@oclif/core'
import {readAddressBook} from '../account/address-book.ts'
import {type Config, loadConfig} from '../account/config/config.ts'
import type {AccountFlags} from '../account/config/options.ts'
import {resolveSettings, resolveWebSettings, type Settings} from '../account/settings.ts'
import type {Env} from '../account/state/directories.ts'
import {parseDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {passwordPrompt, READING_KEYBOARD} from '../output/prompt.ts'
import {INSECURE, renderConnecting, renderWaitingFor, WEB_SERVER} from '../output/session.ts'
import type {Session} from '../session/session.ts'
import type {Iq} from '../xml.ts'
import {sharedFlags} from './flags.ts'
import type {InputContext} from './input-context.ts'
import {type ArgOutput, type FlagOutput, OutputCommand} from './output.ts'
import {parseFlag} from './parse-flag.ts'
import {shutdownSignal} from './signals.ts'
import {takePassword} from './stdin.ts'
import {ask, canAsk} from './terminal/prompt.ts'
import {Spinner} from './terminal/spinner.ts'
import {timeoutSignal} from './timeout.ts'
import {traceWriter} from './trace.ts'
import {
  type CommandSessionOptions,
  type WebSession,
  withAccountSession,
  withHttp,
  withStream,
} from './with-session.ts'

export type SharedFlags = AccountFlags & {
  quiet: boolean
  verbose: boolean
  debug: boolean
}

export type UseSession<T> = (session: Session) => Promise<T>

export interface SessionContext {
  settings(): Promise<Settings>
  /** Opens a session, passes it to `use`, and closes it. Repeats this after a retryable failure if --retry allows it. */
  open<T>(settings: Settings, use: UseSession<T>, options?: CommandSessionOptions): Promise<T>
  showProgress: boolean
}

export abstract class XmppCommand extends OutputCommand {
  static override baseFlags = sharedFlags

  /** Whether a run may sign in with a password: only then is standard input read for one. */
  protected needsPassword: (flags: FlagOutput) => boolean = () => true

  /** Whether a run lasts as long as its user or its server needs: it has no time limit, unless --timeout sets one. */
  protected holdsOpen: (flags: FlagOutput, args: unknown[]) => boolean = () => false

  /** Whether --config may name a file that does not exist yet. */
  protected allowMissingConfig: (flags: FlagOutput) => boolean = () => false

  /** Whether a person waits for the result, and nothing else uses the terminal meanwhile. */
  protected showsSpinner: (flags: FlagOutput) => boolean = () => true

  protected spinner = new Spinner(false)
  #config: Config | undefined
  #defaultTimeout: string | undefined = '30s'
  /** The settings may be read several times in a run. */
  #warned = false

  protected override async parse<F extends FlagOutput, B extends FlagOutput, A extends ArgOutput>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse<F, B, A>(options, argv)
    const flags: FlagOutput = parsed.flags
    this.quiet = flags.quiet
    this.verbose = flags.verbose
    this.spinner = new Spinner(this.showProgress && this.showsSpinner(flags))
    if (this.holdsOpen(flags, parsed.argv)) this.#defaultTimeout = undefined
    const file = flags['password-file'] ?? process.env.XMPP_PASSWORD_FILE // as in account/secrets/password-source.ts
    if (file === '-' && this.needsPassword(flags)) await this.#readPassword(flags)
    return parsed
  }

  /** As for every source of a password, a failure is a configuration error. */
  async #readPassword(flags: AccountFlags): Promise<void> {
    const limit = this.timeLimit(flags)
    await takePassword(limit).catch((error: Failure) => {
      if (shutdownSignal.aborted || error.exitCode === EXIT.data) throw error
      const message = limit.aborted ? 'Standard input gave no password in time' : error.message
      throw new Failure('secret-unavailable', message, EXIT.config, {cause: error})
    })
  }

  /** Aborts at the end of the time for the whole run. */
  protected timeLimit({timeout}: AccountFlags): AbortSignal {
    return limitOf(timeout, this.#defaultTimeout)
  }

  /** Aborts at the end of --timeout only: for prompts, and for standard input, which take as long as they need. */
  protected givenTimeLimit({timeout}: AccountFlags): AbortSignal {
    return limitOf(timeout)
  }

  /** The time for reading an input. Without the notice, a run that waits for the keyboard looks like one that hangs. */
  protected inputLimit(file: string, flags: AccountFlags): AbortSignal {
    if (file === '-' && canAsk()) this.warning(READING_KEYBOARD)
    return file === '-' ? this.givenTimeLimit(flags) : this.timeLimit(flags)
  }

  protected inputContext(flags: AccountFlags): InputContext {
    return {
      signal: this.timeLimit(flags),
      inputSignal: (file) => this.inputLimit(file, flags),
      warn: this.warning,
      addressBook: async () => {
        this.#config = await this.loadConfig(flags)
        return readAddressBook(flags, process.env, this.#config)
      },
    }
  }

  /** The config file of this run. */
  protected loadConfig(flags: AccountFlags): Promise<Config> {
    const options = {allowMissing: this.allowMissingConfig(flags), signal: this.timeLimit(flags)}
    return loadConfig(flags.config, process.env, options)
  }

  /** Opens a session, passes it to `use`, and always closes it. */
  protected async session<T>(
    flags: SharedFlags,
    use: UseSession<T>,
    options: CommandSessionOptions = {},
  ): Promise<T> {
    return this.sessionWith(await this.settings(flags), flags, use, options)
  }

  /** The same, for commands that read or change the settings first. */
  protected sessionWith<T>(
    settings: Settings,
    flags: SharedFlags,
    use: UseSession<T>,
    options: CommandSessionOptions = {},
  ): Promise<T> {
    const {domain} = settings.jid
    const watched: UseSession<T> = (session) => {
      // A request waits for its answer then; a run that holds the session open waits for nothing.
      const onBound = (): void =>
        options.hold ? this.spinner.stop() : this.spinner.start(renderWaitingFor(domain))
      session.bound.then(onBound, () => {}) // `use`, or the session itself, rejects with the failure
      return use(session)
    }
    return this.spinner.during(renderConnecting(domain), () =>
      withAccountSession(settings, traceWriter(flags), watched, options),
    )
  }

  /** How a service reads the settings, and opens sessions. */
  protected sessionContext(flags: SharedFlags): SessionContext {
    return {
      settings: () => this.settings(flags),
      open: (settings, use, options) => this.sessionWith(settings, flags, use, options),
      showProgress: this.showProgress,
    }
  }

  /** Passes a web client to `use`. HTTPS requests need no account. */
  protected async web<T>(flags: SharedFlags, use: (web: WebSession) => Promise<T>): Promise<T> {
    this.#warnIfInsecure(flags)
    const context = {env: process.env, limit: timeoutSignal}
    const settings = await resolveWebSettings(flags, context)
    return this.spinner.during(renderWaitingFor(WEB_SERVER), () =>
      withHttp(settings, traceWriter(flags), use),
    )
  }

  /** Opens an encrypted stream without a sign-in, passes it to `use`, and always closes it. */
  protected streamWith<T>(
    settings: Settings,
    flags: SharedFlags,
    use: (iq: Iq) => Promise<T>,
  ): Promise<T> {
    return this.spinner.during(renderWaitingFor(settings.jid.domain), () =>
      withStream(settings, traceWriter(flags), use),
    )
  }

  /** The account and the way to its server, from flags, variables and the config file. */
  protected settings(
    flags: SharedFlags,
    env: Env = process.env,
    server?: string | null,
  ): Promise<Settings> {
    this.#warnIfInsecure(flags)
    return resolveSettings(flags, {
      env,
      config: this.#config,
      timeout: this.#defaultTimeout,
      allowMissing: this.allowMissingConfig(flags),
      ...(server !== undefined && {server}),
      limit: timeoutSignal,
      readStdin: takePassword,
      ask: (jid, signal) => ask({...passwordPrompt(jid), secret: true, signal}),
      warn: (sentence) => {
        if (flags.verbose || flags.debug) this.warning(sentence)
      },
    })
  }

  #warnIfInsecure(flags: SharedFlags): void {
    if (flags.insecure && !this.#warned) this.warning(INSECURE)
    this.#warned = true
  }
}

const limitOf = (timeout: string | undefined, builtIn?: string): AbortSignal => {
  const given = timeout ?? (process.env.XMPP_TIMEOUT || builtIn)
  const origin = timeout === undefined ? 'XMPP_TIMEOUT' : '--timeout'
  return timeoutSignal(given === undefined ? undefined : parseFlag(origin, given, parseDuration))
}
