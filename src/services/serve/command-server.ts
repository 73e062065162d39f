/** XEP-0050: Ad-Hoc Commands, served from a directory: each request is answered with a form, a result or an error. */
import {Failure} from '../../errors.ts'
import {matchesOrContains} from '../../jid-comparison.ts'
import {buildForm, parseSubmit} from '../../protocol/core/build-form.ts'
import {NS_COMMANDS} from '../../protocol/core/command.ts'
import {
  buildCommandError,
  buildStage,
  type CommandError,
  type IncomingCommand,
  parseCommandRequest,
} from '../../protocol/core/command-reply.ts'
import {
  type Answers,
  answerTo,
  checkAnswer,
  checkAnswers,
  type DataForm,
  missingFields,
} from '../../protocol/core/data-form.ts'
import type {DiscoInfo} from '../../protocol/core/disco-info.ts'
import type {DiscoItem} from '../../protocol/core/disco-items.ts'
import type {Element} from '../../xml.ts'
import type {ServedCommand} from './directory.ts'
import {errorStage, stageOf} from './output.ts'
import {type ProgramOutcome, runProgram} from './program.ts'
import {type CommandSession, CommandSessions} from './sessions.ts'

/** One run, for the log: without the values of the form. */
export type CommandRunEvent = {event: 'command'; from: string; node: string} & Pick<
  ProgramOutcome,
  'status' | 'signal'
>

export interface CommandServerOptions {
  commands: ServedCommand[]
  /** The number of programs that run at the same time. */
  jobs: number
  /** The size of the largest stanza that the server accepts, in bytes. */
  maxBytes(): Promise<number>
  /** Ends the running programs. */
  signal: AbortSignal
  /** Never rejects. */
  onRun(event: CommandRunEvent): Promise<void>
}

/** Room for the IQ stanza around a payload: an address has at most 3,071 bytes, and the ids of requests are shorter. */
const MAX_HEADER_BYTES = 8192

export class CommandServer {
  readonly #options: CommandServerOptions
  readonly #sessions: CommandSessions
  readonly #closed = new AbortController()
  readonly #running = new Set<Promise<ProgramOutcome>>()

  constructor(options: CommandServerOptions, sessions = new CommandSessions()) {
    this.#options = options
    this.#sessions = sessions
  }

  /** The commands that this JID may run. @param own the address that the request was sent to */
  items(from: string, own: string): DiscoItem[] {
    return this.#options.commands
      .filter((command) => isAllowed(command, from))
      .map(({name, node}) => ({jid: own, node, name: name ?? node}))
  }

  /** Undefined for a command that this JID may not run, as for one that does not exist. */
  info(from: string, node: string): DiscoInfo | undefined {
    const command = this.#find(from, node)
    if (!command) return undefined
    const name = command.name ?? node
    return {
      identities: [{category: 'automation', type: 'command-node', name}],
      features: [NS_COMMANDS, 'jabber:x:data'],
    }
  }

  /** Ends the running programs, and resolves once each has its event. */
  async close(): Promise<void> {
    this.#closed.abort()
    await Promise.all(this.#running)
  }

  /** The payload of the reply to an IQ of type set, or its error. */
  async reply(request: Element): Promise<Element> {
    const {from = ''} = request.attrs as {from?: string}
    const incoming = parseCommandRequest(request)
    const command = this.#find(from, incoming.node)
    if (!command) return buildCommandError('item-not-found')
    const stage = await (incoming.sessionId === null
      ? this.#start(command, incoming, from)
      : this.#continue(command, incoming, from))
    if (typeof stage === 'string') return buildCommandError(stage)
    const size = Buffer.byteLength(String(stage)) + MAX_HEADER_BYTES
    if (size <= (await this.#options.maxBytes())) return stage
    const {node, sessionid: sessionId} = stage.attrs as {node: string; sessionid: string}
    const {notes} = errorStage('The output is too large for a stanza')
    return buildStage({node, sessionId, status: 'completed', notes})
  }

  #find(from: string, node: string): ServedCommand | undefined {
    return this.#options.commands.find(
      (command) => command.node === node && isAllowed(command, from),
    )
  }

  async #start(
    command: ServedCommand,
    {action}: IncomingCommand,
    from: string,
  ): Promise<Element | CommandError> {
    if (action !== 'execute') return action === 'cancel' ? 'bad-sessionid' : 'bad-action'
    const session = this.#sessions.start(from, command.node)
    return command.fields.length > 0
      ? buildStage({...formStage(command), sessionId: session.id})
      : this.#run(command, session, {})
  }

  async #continue(
    command: ServedCommand,
    {action, form, sessionId}: IncomingCommand,
    from: string,
  ): Promise<Element | CommandError> {
    const session = this.#sessions.find(sessionId ?? '', from, command.node)
    if (session === undefined) return 'bad-sessionid'
    if (session === 'expired') return 'session-expired'
    if (action === 'cancel') {
      this.#sessions.end(session)
      return buildStage({node: command.node, sessionId: session.id, status: 'canceled'})
    }
    if (action !== 'execute' && action !== 'complete') return 'bad-action'
    if (!form) return 'bad-payload'
    const answers = checkSubmit(command, parseSubmit(form))
    if (answers instanceof Failure) {
      const text = [answers.message, answers.hint].filter(Boolean).join('. ')
      const notes = [{type: 'error' as const, text}]
      return buildStage({...formStage(command), sessionId: session.id, notes})
    }
    return this.#run(command, session, answers)
  }

  /** A session runs its command once; while all jobs are busy, the client may submit the form again. */
  async #run(
    command: ServedCommand,
    session: CommandSession,
    fields: Answers,
  ): Promise<Element | CommandError> {
    const {from, id: sessionId, node} = session
    const signal = AbortSignal.any([this.#options.signal, this.#closed.signal])
    if (signal.aborted) return 'service-unavailable'
    if (this.#running.size >= this.#options.jobs) return 'resource-constraint'
    this.#sessions.end(session)
    const running = this.#runLogged(command, {fields, from}, signal)
    this.#running.add(running)
    const outcome = await running.finally(() => this.#running.delete(running))
    return buildStage({node, sessionId, status: 'completed', ...stageOf(node, outcome)})
  }

  async #runLogged(
    command: ServedCommand,
    input: {fields: Answers; from: string},
    ended: AbortSignal,
  ): Promise<ProgramOutcome> {
    const outcome = await runProgram(command, input, ended)
    const {signal, status} = outcome
    await this.#options.onRun({
      event: 'command',
      from: input.from,
      node: command.node,
      status,
      signal,
    })
    return outcome
  }
}

/** An address without a bare JID in the list is not allowed, and neither is a stanza without an address. */
const isAllowed = ({allow}: ServedCommand, from: string): boolean =>
  from !== '' && allow.some((jid) => matchesOrContains(from, jid))

const formOf = ({fields, instructions, name, node}: ServedCommand): DataForm => ({
  title: name ?? node,
  instructions,
  fields,
  notes: [],
})

const formStage = (command: ServedCommand) => ({
  node: command.node,
  status: 'executing' as const,
  form: buildForm(formOf(command)),
})

/** The values of the fields of the command; other fields of the submitted form are ignored. */
function checkSubmit({fields}: ServedCommand, submitted: Answers): Answers | Failure {
  try {
    const given = fields.filter(({name}) => Object.hasOwn(submitted, name))
    const answers = Object.fromEntries(
      given.map((field) => {
        const values = answerTo(field, submitted).filter((value) => value !== '')
        const used = field.type.endsWith('-multi') ? values : values.slice(0, 1)
        return [field.name, used.map((value) => checkAnswer(field, value))]
      }),
    )
    checkAnswers(fields, answers)
    const [missing] = missingFields(fields, answers)
    if (missing) throw new Failure('missing-value', `The field ${missing.name} is required`, 2)
    return Object.fromEntries(fields.map((field) => [field.name, answerTo(field, answers)]))
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}
