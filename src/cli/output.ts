/** The output of a command: its result on stdout, as text or JSON; warnings and failures on stderr. */
import type {Interfaces} from '@oclif/core'
import {Command} from '@oclif/core/command'
import {EXIT, type Failure} from '../errors.ts'
import type {Terminal} from '../output/layout/terminal.ts'
import {sanitizeText} from '../output/sanitize.ts'
import {markValues, refuseEmptyFileNames, refuseValues, unmarkValues} from './argv.ts'
import {endWith, printFailure, printWarning} from './error-report.ts'
import {type Ending, EventLog, endingOf} from './event-log.ts'
import {shutdownSignal} from './signals.ts'
import {handleStdoutErrors, terminalOf, writeOut} from './stdout.ts'

export interface EventRun {
  /** Why a run ends that has printed everything; default: `count`, because --count was reached. */
  reason?: Ending['reason']
  /** What is missing after a timeout; undefined if a timeout is a normal end. */
  describeTimeout?(): string | undefined
  /** The number of events that the `end` event names. */
  received(): number
}

export type FlagOutput = Interfaces.OutputFlags<Interfaces.FlagInput>
export type ArgOutput = Interfaces.OutputArgs<Interfaces.ArgInput>

export type PrintEvents = (print: () => Promise<void>, run: EventRun) => Promise<void>

export abstract class OutputCommand extends Command {
  static override enableJsonFlag = true

  /** Known once the flags are parsed. */
  protected quiet = false
  protected verbose = false
  #isJson: boolean | undefined

  /** Command of oclif adds a listener that throws the errors of stdout. */
  protected override async init(): Promise<void> {
    handleStdoutErrors()
    return super.init()
  }

  protected override async parse<F extends FlagOutput, B extends FlagOutput, A extends ArgOutput>(
    options?: Interfaces.Input<F, B, A>,
    argv = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const flags = {...options?.baseFlags, ...options?.flags}
    refuseValues(argv, flags)
    const parsed = await super.parse<F, B, A>(options, markValues(argv, flags))
    unmarkValues(parsed.flags)
    refuseEmptyFileNames(parsed.flags, flags)
    return parsed
  }

  /** oclif reads the environment at each call, and there is a call for each event. */
  override jsonEnabled(): boolean {
    this.#isJson ??= super.jsonEnabled()
    return this.#isJson
  }

  /** Whether a person may read more than the result. */
  protected get showProgress(): boolean {
    return !this.quiet && !this.jsonEnabled()
  }

  /** On one line, without colour. */
  override logJson(json: unknown): void {
    void writeOut(`${JSON.stringify(json)}\n`)
  }

  /** Replaces the error handling of oclif, which exits with 1 and prints argv. */
  protected override async catch(error: unknown): Promise<void> {
    const failure = await endWith(error, this.argv)
    if (failure && this.jsonEnabled()) this.logJson({error: failure})
  }

  /** The result as text. `evenIfQuiet` is for a result that cannot be printed by another run. */
  protected async text(text: string, {evenIfQuiet = false} = {}): Promise<void> {
    if (text === '' || this.jsonEnabled() || (this.quiet && !evenIfQuiet)) return
    await writeOut(`${text}\n`)
  }

  /** A document byte for byte, but on a terminal without the control characters that it may contain. */
  protected async document(text: string): Promise<void> {
    await this.text(this.terminal().isTTY ? sanitizeText(text, '') : text)
  }

  /** Records of a stream of results in one write: a line for each, of JSON or of text. */
  protected async emit<T>(records: readonly T[], render: (record: T) => string): Promise<void> {
    if (records.length === 0) return
    if (this.jsonEnabled())
      await writeOut(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    else await this.text(records.map(render).join('\n'))
  }

  /** Numbered events: all of them as JSON, and as text those that have a line. */
  protected readonly events = new EventLog((record, line) => this.emit([record], line))

  /**
   * Prints events with `print`, and last of all the event `end`. Only a failure before the first event is thrown: after
   * its `end`, a run is never repeated.
   */
  protected readonly printEvents: PrintEvents = async (print, run) => {
    const {describeTimeout, reason = 'count', received} = run
    const ending = await print().then(
      (): Ending => ({reason, exitCode: EXIT.ok, error: null}),
      (error) => {
        if (this.events.isEmpty) throw error
        return endingOf(error, describeTimeout)
      },
    )
    if (!ending) return
    await this.events.end(ending, received())
    if (ending.error) this.failWith(ending.error)
  }

  /** One line for each result; a failed one is a failure of the run, about its address. */
  protected async printResults<T extends {error: Failure | null}>(
    results: readonly T[],
    nameOf: (result: T) => string,
    render: (result: T) => string,
  ): Promise<void> {
    for (const result of results) {
      if (result.error) this.failWith(result.error.about(nameOf(result)))
      else await this.text(render(result))
    }
  }

  /**
   * A failure that is part of the result. It is printed on stderr as well, and the first one is the exit status. Results that
   * are missing because the reader of stdout has left are no failure.
   */
  protected readonly failWith = (failure: Failure): void => {
    if (shutdownSignal.reason?.code === 'reader-left') return
    process.exitCode ||= failure.exitCode
    printFailure(failure, {json: this.jsonEnabled(), quiet: this.quiet})
  }

  /** Information that is neither a result nor a failure. */
  protected readonly warning = (sentence: string): void => {
    if (this.verbose || this.showProgress) printWarning(sentence)
  }

  /** The properties of stdout that renderers need. */
  protected terminal(): Terminal {
    return terminalOf(process.stdout)
  }
}
