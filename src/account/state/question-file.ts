/**
 * The open questions of an account: one file each, which names the question and has the messages that its run received
 * and that are no answers. The next `listen` prints these messages, and deletes the file.
 */
import {access, appendFile, readdir, readFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {type Env, stateFile, stateHome} from './directories.ts'
import {writePrivate} from './private-file.ts'
import {type KeptSession, SessionClaim} from './session-claim.ts'

/** A key of a message, and its time in milliseconds. */
type MessageKey = [key: string, time: number]

interface QuestionRecord {
  /** RFC 3339; in the first line. */
  asked?: string
  /** A message as XML. */
  message?: string
  /** The keys of an answer, which no later run prints. */
  answer?: MessageKey[]
  /** In the last line, if the run was not killed. */
  closed?: true
}

/** The bound for saved messages, in characters; further ones stay on the server. */
const MOST_SAVED = 4_000_000

export class QuestionFile {
  readonly #file: string
  readonly #claim: SessionClaim
  readonly #warn: (sentence: string) => void
  #length = 0
  #isBroken = false

  private constructor(file: string, claim: SessionClaim, warn: (sentence: string) => void) {
    this.#file = file
    this.#claim = claim
    this.#warn = warn
  }

  /** Undefined, after a warning, if nothing can be saved. @param id of the question */
  static async create(
    folder: string | undefined,
    id: string,
    warn: (sentence: string) => void,
  ): Promise<QuestionFile | undefined> {
    try {
      if (folder === undefined) throw new Error('there is no home directory')
      const claim = await SessionClaim.claim(path.join(folder, `${id}.session`))
      if (!claim) throw new Error(`another question has the id ${id}`)
      const file = path.join(folder, `${id}.jsonl`)
      await writePrivate(file, render({asked: new Date().toISOString()}))
      return new QuestionFile(file, claim, warn)
    } catch (error) {
      warn(notSaved(error))
      return undefined
    }
  }

  /** Whether other runs of this account have questions that are open. */
  async hasOthers(): Promise<boolean> {
    const names = (await readNames(path.dirname(this.#file), '.session')).filter(
      (name) => name !== path.basename(this.#file).replace(/jsonl$/, 'session'),
    )
    const claims = names.map((name) =>
      SessionClaim.inspect(path.join(path.dirname(this.#file), name)),
    )
    return (await Promise.all(claims)).some(({isHeld}) => isHeld)
  }

  /** To call before each acknowledgement of stanzas. */
  record(session: KeptSession): void {
    this.#claim.record(session)
  }

  /** Saves a message for the next `listen`. False if it is not saved. */
  async save(message: string): Promise<boolean> {
    this.#length += message.length
    return this.#length <= MOST_SAVED && this.#append({message})
  }

  /** The message with these keys is an answer. */
  async saveAnswer(answer: MessageKey[]): Promise<void> {
    await this.#append({answer})
  }

  /** @param settled whether the server has no session to resume */
  async close(settled: boolean): Promise<void> {
    if (settled && !(await this.#isNeeded())) await rm(this.#file, {force: true})
    else if (settled) await this.#append({closed: true})
    await this.#claim.release(settled)
  }

  /** The answers are of use only to an account that also uses `listen`. */
  async #isNeeded(): Promise<boolean> {
    if (this.#length > 0) return true
    const folder = path.dirname(this.#file)
    const listens = path.join(folder, '../../listen', `${path.basename(folder)}.json`)
    return access(listens).then(
      () => true,
      () => false,
    )
  }

  async #append(record: QuestionRecord): Promise<boolean> {
    if (this.#isBroken) return false
    try {
      await appendFile(this.#file, render(record))
    } catch (error) {
      this.#isBroken = true
      this.#warn(notSaved(error))
    }
    return !this.#isBroken
  }
}

/** The folder of an account at one server; undefined without a home directory. */
export function questionFolder(
  env: Env,
  jid: string,
  server: string | undefined,
): string | undefined {
  const home = stateHome(env)
  return home && path.join(home, stateFile('questions', jid, server).replace(/\.json$/, ''))
}

/** What the runs of questions that have ended leave for `listen`. */
export interface EndedQuestions {
  /** As XML, in order. */
  messages: string[]
  /** The keys of the answers. */
  answers: MessageKey[]
  /** The sessions that the server may still have. */
  sessions: KeptSession[]
  /** RFC 3339: when the first run began that was killed. */
  killedSince: string | undefined
  remove(): Promise<void>
}

export async function readEndedQuestions(folder: string): Promise<EndedQuestions> {
  const files = (await readNames(folder, '.jsonl')).map((name) => path.join(folder, name))
  const found = await Promise.all(files.map(readQuestion))
  const ended = found.filter((question) => question !== undefined)
  ended.sort((a, b) => (a.asked < b.asked ? -1 : 1))
  return {
    messages: ended.flatMap(({messages}) => messages),
    answers: ended.flatMap(({answers}) => answers),
    sessions: ended.flatMap(({session}) => session ?? []),
    killedSince: ended.find(({isClosed}) => !isClosed)?.asked,
    async remove() {
      for (const {claim, file} of ended) {
        await rm(file, {force: true})
        await rm(claim, {force: true})
      }
    },
  }
}

/** Undefined while its run has not ended. A line that was not written to its end is ignored. */
async function readQuestion(file: string) {
  const claim = file.replace(/jsonl$/, 'session')
  const {isHeld, session} = await SessionClaim.inspect(claim)
  if (isHeld) return undefined
  const lines = (await readFile(file, 'utf8')).split('\n').flatMap(parseLine)
  return {
    ...{claim, file, session},
    asked: lines.find(({asked}) => asked)?.asked ?? '',
    messages: lines.flatMap(({message}) => message ?? []),
    answers: lines.flatMap(({answer}) => answer ?? []),
    isClosed: lines.some(({closed}) => closed),
  }
}

const render = (record: QuestionRecord): string => `${JSON.stringify(record)}\n`

function parseLine(text: string): QuestionRecord[] {
  try {
    const {answer, asked, closed, message} = JSON.parse(text) as Record<string, unknown>
    return [
      {
        ...(typeof asked === 'string' && {asked}),
        ...(typeof message === 'string' && {message}),
        ...(Array.isArray(answer) && {answer: answer.filter(isKey)}),
        ...(closed === true && {closed}),
      },
    ]
  } catch {
    return []
  }
}

const isKey = (value: unknown): value is MessageKey =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'

const readNames = async (folder: string, ending: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending))

const notSaved = (error: unknown): string =>
  `Messages that are no answers are not saved for xmpp listen: ${(error as Error).message}`
