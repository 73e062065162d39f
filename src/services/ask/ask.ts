/** Asks a question within a time limit, until a signal, and saves all other messages for `listen`. */
import type {Settings} from '../../account/settings.ts'
import {QuestionFile, questionFolder} from '../../account/state/question-file.ts'
import type {SessionContext} from '../../cli/base-command.ts'
import {printFailure} from '../../cli/error-report.ts'
import {defaultNick} from '../../cli/room-flags.ts'
import {shutdownSignal} from '../../cli/signals.ts'
import type {Spinner} from '../../cli/terminal/spinner.ts'
import {timeLeft} from '../../cli/timeout.ts'
import {withoutTimeout} from '../../cli/with-session.ts'
import type {Failure} from '../../errors.ts'
import {renderAnswer, renderWaiting, WITHDRAWN} from '../../output/ask.ts'
import type {Software} from '../listen/iq-handlers.ts'
import {type AskOutput, type AskResult, AskRun} from './ask-run.ts'
import type {AskOptions} from './options.ts'
import {SavedMessages} from './saved-messages.ts'

interface AskContext extends Pick<SessionContext, 'open'> {
  settings: Settings
  isJson: boolean
  isQuiet: boolean
  /** Describes this client to those that request it. */
  software: Software
  spinner: Spinner
  warn(sentence: string): void
}

const TIMEOUT_MS = 15 * 60_000

export async function askQuestion(options: AskOptions, context: AskContext): Promise<AskResult> {
  const {open, settings, software, warn} = context
  const {question, recipients, respondents} = options
  const {jid, retry, server, timeout = TIMEOUT_MS} = settings
  const folder = questionFolder(process.env, jid.bare, server)
  const file = await QuestionFile.create(folder, question.id, warn)
  const saved = new SavedMessages(file, jid.bare, question)
  const rooms = recipients
    .filter(({room}) => room)
    .map(({nick = defaultNick(jid), roomPassword, to}) => ({
      ...{room: to, nick, password: roomPassword},
    }))
  const output = outputOf(respondents.asked, context)
  const run = new AskRun({
    ...options,
    ...output,
    own: jid.bare,
    retry,
    rooms,
    saved,
    software,
    timeout,
  })
  const interrupted = (): void => run.stop(shutdownSignal.reason as Failure, WITHDRAWN)
  const timer = setTimeout(() => run.expire(), timeLeft(timeout))
  shutdownSignal.addEventListener('abort', interrupted)
  try {
    if (shutdownSignal.aborted) interrupted()
    const {interrupt, reconnectHandlers: hold} = run
    const perSession = withoutTimeout(settings, timeout)
    return await open(perSession, (session) => run.ask(session), {hold, interrupt})
  } finally {
    clearTimeout(timer)
    shutdownSignal.removeEventListener('abort', interrupted)
    await saved.close()
  }
}

/** Prints a line while the spinner turns. */
function outputOf(
  asked: readonly string[],
  {isJson, isQuiet, spinner, warn}: AskContext,
): AskOutput {
  return {
    onAsked: () => spinner.start(renderWaiting(asked)),
    onAnswer: (name, {text}) => spinner.print(renderAnswer(name, text)),
    onFailure: (to, failure) => printFailure(failure.about(to), {json: isJson, quiet: isQuiet}),
    warn,
  }
}
