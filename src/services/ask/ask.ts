/** Asks a question within a time limit, until a signal, and saves all other messages for `listen`. */
import {QuestionFile} from '../../account/state/question-file.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import type {Failure} from '../../errors.ts'
import type {ListenSession} from '../listen/listen-run.ts'
import {type AskResult, AskRun, type AskRunOptions} from './ask-run.ts'
import type {AskOptions} from './options.ts'
import {SavedMessages} from './saved-messages.ts'

export interface QuestionOptions
  extends AskOptions,
    Omit<AskRunOptions, keyof AskOptions | 'rooms' | 'saved'> {
  /** The nickname in rooms without --nick. */
  defaultNick: string
  /** The folder of the open questions of the account; undefined if nothing can be saved. */
  folder: string | undefined
  /** In milliseconds, from the start of the process. */
  timeout: number
}

/** Opens a session that is resumed after an outage, passes it to `use`, and closes it. */
type OpenAskSession = (
  use: (session: ListenSession) => Promise<AskResult>,
  options: {hold: AskRun['reconnectHandlers']; interrupt: AbortSignal},
) => Promise<AskResult>

export async function askQuestion(
  options: QuestionOptions,
  open: OpenAskSession,
): Promise<AskResult> {
  const {defaultNick, folder, own, question, recipients, timeout, warn} = options
  const file = await QuestionFile.create(folder, question.id, warn)
  const saved = new SavedMessages(file, own, question)
  const rooms = recipients
    .filter(({room}) => room)
    .map(({nick = defaultNick, roomPassword, to}) => ({room: to, nick, password: roomPassword}))
  const run = new AskRun({...options, rooms, saved})
  const interrupted = (): void => run.stop(shutdownSignal.reason as Failure, 'Withdrawn')
  const remaining = Math.max(1, timeout - performance.now())
  const timer = setTimeout(() => run.expire(timeout), remaining)
  shutdownSignal.addEventListener('abort', interrupted)
  try {
    if (shutdownSignal.aborted) interrupted()
    const {interrupt, reconnectHandlers: hold} = run
    return await open((session) => run.ask(session), {hold, interrupt})
  } finally {
    clearTimeout(timer)
    shutdownSignal.removeEventListener('abort', interrupted)
    await saved.close()
  }
}
