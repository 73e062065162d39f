/** The records in the files of questions, and the state of ended questions for `listen`. */
import {readdir, readFile, rm, stat} from 'node:fs/promises'
import path from 'node:path'
import {type KeptSession, SessionClaim} from './session-claim.ts'

/** A key of a message, and when it was sent, in milliseconds. */
export type MessageKey = [key: string, time: number]

export interface QuestionRecord {
  /** RFC 3339; in the first line. */
  asked?: string
  /** A message as XML. */
  message?: string
  /** The keys of an answer, which no later run prints. */
  answer?: MessageKey[]
  /** Is in the last line, unless the run was killed. */
  closed?: true
}

/** The time that a message may take to arrive. */
export const TRANSIT_MS = 2000

/** Whether the question is open, or was closed after this time, in milliseconds. */
export async function wasOpen(file: string, since: number): Promise<boolean> {
  const {isHeld} = await SessionClaim.inspect(claimOf(file))
  return isHeld || (await changedAt(file)) > since
}

const DAY_MS = 86_400_000

/** Answers are of use only to an account that also uses `listen`, which does not read an archive again so far back. */
export async function removeUnneeded(folder: string): Promise<void> {
  const listens = path.join(folder, '../../listen', `${path.basename(folder)}.json`)
  const keptMs = (await changedAt(listens)) > 0 ? DAY_MS : TRANSIT_MS
  const unneeded = await readEnded(folder, async ({file, messages, session}) => {
    const isEmpty = messages.length === 0 && session === undefined
    return isEmpty && Date.now() - (await changedAt(file)) > keptMs
  })
  await remove(unneeded)
}

/** The time of the last change in milliseconds; 0 if the file does not exist. */
const changedAt = (file: string): Promise<number> =>
  stat(file).then(
    ({mtimeMs}) => mtimeMs,
    () => 0,
  )

/** The state of ended questions that `listen` reads. */
export interface EndedQuestions {
  /** As XML, in order. */
  messages: string[]
  /** The keys of the answers. */
  answers: MessageKey[]
  /** The sessions that the server may still have. */
  sessions: KeptSession[]
  /** RFC 3339: the server may have messages of this time for runs that were killed. */
  killed: {since: string; until: string} | undefined
  remove(): Promise<void>
}

export async function readEndedQuestions(folder: string): Promise<EndedQuestions> {
  const ended = await readEnded(folder)
  return {
    messages: ended.flatMap(({messages}) => messages),
    answers: ended.flatMap(({answers}) => answers),
    sessions: ended.flatMap(({session}) => session ?? []),
    killed: await timeOf(ended.filter(({isClosed}) => !isClosed)),
    remove: () => remove(ended),
  }
}

/** The time from the first question until a server has certainly ended the sessions, as far as the files show. */
async function timeOf(killed: EndedQuestion[]): Promise<EndedQuestions['killed']> {
  const [first] = killed
  if (!first) return undefined
  const times = await Promise.all(killed.map(({file}) => changedAt(file)))
  const until = new Date(Math.max(...times) + DAY_MS).toISOString()
  return {since: first.asked, until}
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

/**
 * Undefined while its run has not ended, and if another run removes the file at the same time. A line that was not written
 * to its end is ignored.
 */
async function readQuestion(file: string): Promise<EndedQuestion | undefined> {
  const {isHeld, session} = await SessionClaim.inspect(claimOf(file))
  if (isHeld) return undefined
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (text === undefined) return undefined
  const records = text.split('\n').flatMap(parseRecord)
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

export const claimOf = (file: string): string => file.replace(/jsonl$/, 'session')

export const render = (record: QuestionRecord): string => `${JSON.stringify(record)}\n`

function parseRecord(text: string): QuestionRecord[] {
  try {
    const {answer, asked, closed, message} = JSON.parse(text) as Record<string, unknown>
    return [
      {
        ...(typeof asked === 'string' && {asked}),
        ...(typeof message === 'string' && {message}),
        ...(Array.isArray(answer) && {answer: answer.filter(isMessageKey)}),
        ...(closed === true && {closed}),
      },
    ]
  } catch {
    return []
  }
}

export const isMessageKey = (value: unknown): value is MessageKey =>
  Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'number'

export const readNames = async (folder: string, ending: string): Promise<string[]> =>
  (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending))
