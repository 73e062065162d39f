/**
 * The open questions of an account: one file each, which names the question and has the messages that its run received
 * and that are no answers. The next `listen` prints these messages, and deletes the file.
 */
import {appendFile, readdir, readFile, rm, stat} from 'node:fs/promises'
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
  readonly #createdAt = Date.now()
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
      await removeUnneeded(folder)
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

  /** Whether another question of this account is open, or was when a message was sent that arrives now. */
  async hasOthers(): Promise<boolean> {
    const folder = path.dirname(this.#file)
    const files = (await readNames(folder, '.jsonl')).map((name) => path.join(folder, name))
    const others = files.filter((file) => file !== this.#file)
    const since = Math.max(this.#createdAt, Date.now() - TRANSIT_MS)
    return (await Promise.all(others.map((file) => wasOpen(file, since)))).some(Boolean)
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
    if (settled) await this.#append({closed: true})
    await this.#claim.release(settled)
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

/** The time that a message may take to arrive. */
const TRANSIT_MS = 2000

/** Whether the question is open, or was closed after this time, in milliseconds. */
async function wasOpen(file: string, since: number): Promise<boolean> {
  const {isHeld} = await SessionClaim.inspect(claimOf(file))
  return isHeld || (await changedAt(file)) > since
}

/** An archive from which `listen` reads again does not reach back so far. */
const ANSWERS_KEPT_MS = 86_400_000

/** Answers are of use only to an account that also uses `listen`. */
async function removeUnneeded(folder: string): Promise<void> {
  const listens = path.join(folder, '../../listen', `${path.basename(folder)}.json`)
  const keptMs = (await changedAt(listens)) > 0 ? ANSWERS_KEPT_MS : TRANSIT_MS
  const unneeded = await readEnded(folder, async ({file, messages, session}) => {
    const isEmpty = messages.length === 0 && session === undefined
    return isEmpty && Date.now() - (await changedAt(file)) > keptMs
  })
  await remove(unneeded)
}

/** In milliseconds; 0 if the file does not exist. */
const changedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({mtimeMs}) => mtimeMs,
    () => 0,
  )

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
  const ended = await readEnded(folder)
  return {
    messages: ended.flatMap(({messages}) => messages),
    answers: ended.flatMap(({answers}) => answers),
    sessions: ended.flatMap(({session}) => session ?? []),
    killedSince: ended.find(({isClosed}) => !isClosed)?.asked,
    remove: () => remove(ended),
  }
}

interface EndedQuestion {
  file: string
  /** RFC 3339. */
  asked: string
  messages: string[]
  answers: MessageKey[]
  session: KeptSession | undefined
  /** False for a run that was killed. */
  isClosed: boolean
}

/** The oldest first. */
async function readEnded(
  folder: string,
  isWanted: (question: EndedQuestion) => Promise<boolean> = async () => true,
): Promise<EndedQuestion[]> {
  const ended: EndedQuestion[] = []
  for (const name of await readNames(folder, '.jsonl')) {
    const question = await readQuestion(path.join(folder, name))
    if (question && (await isWanted(question))) ended.push(question)
  }
  return ended.sort((a, b) => (a.asked < b.asked ? -1 : 1))
}

/** Undefined while its run has not ended. A line that was not written to its end is ignored. */
async function readQuestion(file: string): Promise<EndedQuestion | undefined> {
  const {isHeld, session} = await SessionClaim.inspect(claimOf(file))
  if (isHeld) return undefined
  const records = (await readFile(file, 'utf8')).split('\n').flatMap(parseRecord)
  return {
    ...{file, session},
    asked: records.find(({asked}) => asked)?.asked ?? '',
    messages: records.flatMap(({message}) => message ?? []),
    answers: records.flatMap(({answer}) => answer ?? []),
    isClosed: records.some(({closed}) => closed),
  }
}

async function remove(questions: readonly EndedQuestion[]): Promise<void> {
  for (const {file} of questions) {
    await rm(file, {force: true})
    await rm(claimOf(file), {force: true})
  }
}

const claimOf = (file: string): string => file.replace(/jsonl$/, 'session')

const render = (record: QuestionRecord): string => `${JSON.stringify(record)}\n`

function parseRecord(text: string): QuestionRecord[] {
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
