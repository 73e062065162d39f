/** What a command prints: its result on stdout, as text or JSON; warnings and failures on stderr. */
import {Command} from '@oclif/core/command'
import {type Failure, toFailure} from '../errors.ts'
import {colourFor} from '../output/colour.ts'
import {sanitizeText} from '../output/sanitize.ts'
import type {Terminal} from '../output/terminal.ts'
import {endWith, printFailure} from './error-report.ts'
import {type Ending, EventLog} from './event-log.ts'
import {handleStdoutErrors, writeErr, writeOut} from './stdout.ts'

interface OutputFlags {
  quiet: boolean
  verbose: boolean
}

export abstract class OutputCommand extends Command {
  static override enableJsonFlag = true

  /** Known once the flags are parsed. */
  protected quiet = false

  /** oclif's Command adds a listener that throws what is wrong with stdout. */
  protected override async init(): Promise<void> {
    handleStdoutErrors()
    return super.init()
  }

  /** On one line, without colour. */
  override logJson(json: unknown): void {
    void writeOut(`${JSON.stringify(json)}\n`)
  }

  override toErrorJson(error: unknown): {error: Failure} {
    return {error: toFailure(error)}
  }

  /** In place of oclif's way, which exits with 1 and prints argv. */
  protected override async catch(error: unknown): Promise<void> {
    const failure = await endWith(error, this.argv)
    if (failure && this.jsonEnabled()) this.logJson(this.toErrorJson(failure))
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

  /** One record of a stream of results: a line of JSON, or of text. */
  protected emit<T>(record: T, render: (record: T) => string): Promise<void> {
    return this.emitAll([record], render)
  }

  /** Several records in one write. */
  protected async emitAll<T>(records: readonly T[], render: (record: T) => string): Promise<void> {
    if (records.length === 0) return
    if (this.jsonEnabled())
      await writeOut(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    else await this.text(records.map(render).join('\n'))
  }

  /** Numbered events: all of them as JSON, and as text those that have a line. */
  protected newEventLog(): EventLog {
    return new EventLog(async (record, line) => {
      if (this.jsonEnabled()) await this.emit(record, () => '')
      else if (line) await this.text(line())
    })
  }

  /** The last event, and the failure that ended the run. It is not thrown: after its `end`, a run is never repeated. */
  protected async endEvents(
    events: EventLog,
    ending: Ending | undefined,
    received: number,
  ): Promise<void> {
    if (!ending) return
    await events.end(ending, received)
    if (ending.error) this.failWith(ending.error)
  }

  /** A failure that is part of the result. It is printed on stderr as well, and the first one is the exit status. */
  protected failWith(failure: Failure): void {
    process.exitCode ||= failure.exitCode
    printFailure(failure, {json: this.jsonEnabled(), quiet: this.quiet})
  }

  /** Information that is neither a result nor a failure. */
  protected warning(sentence: string, {quiet, verbose}: OutputFlags): void {
    if (verbose || !(this.jsonEnabled() || quiet)) writeErr(`xmpp: ${sentence}\n`)
  }

  /** What renderers need to know about stdout. */
  protected terminal(): Terminal {
    const {columns = 80, isTTY = false} = process.stdout
    return {columns, isTTY, colour: colourFor(process.stdout, process.env)}
  }
}
