/** The options of `ask` from its arguments and flags, checked before the program connects. */
import type {InputContext} from '../../cli/input-context.ts'
import {readRoomPassword} from '../../cli/room-flags.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {readMessage} from '../send/read-stanzas.ts'
import {checkChoices, DEFAULT_CHOICES} from './choices.ts'
import type {AskFlags} from './flags.ts'
import {Question, type QuestionRecipient} from './question.ts'
import type {RespondentRules} from './respondents.ts'

export interface AskOptions {
  question: Question
  recipients: QuestionRecipient[]
  respondents: RespondentRules
  need: number
  roomPassword: string | undefined
}

/** Finds all invalid input, so nothing connects in vain. */
export async function readAskOptions(
  argv: string[],
  flags: AskFlags,
  context: InputContext,
): Promise<AskOptions> {
  const {affiliation, need, nick, room} = flags
  const choices = flags['any-text'] ? undefined : checkChoices(flags.choice ?? DEFAULT_CHOICES)
  const {body = '', recipients: words} = await readMessage(argv, flags, context)
  const jids = words.map((word) => addressOf(word, room))
  const asked = [...new Set(jids)]
  if (!room && need > asked.length) throw tooFew(need, asked.length)
  const question = new Question(body.trim(), choices)
  const roomPassword = room ? await readRoomPassword(flags, process.env, context.signal) : undefined
  const recipients = asked.map((to) => ({to, nick, room, roomPassword}))
  if (question.text === '')
    throw new Failure('empty-body', 'There is no question to send', EXIT.data)
  for (const recipient of recipients) question.buildFor(recipient)
  return {
    question,
    recipients,
    respondents: {asked, inRooms: room, affiliation},
    need,
    roomPassword,
  }
}

/** A user is asked on all clients, and may answer from each of them. */
function addressOf(word: string, isRoom: boolean): string {
  const {bare, resource} = parseJid(word)
  if (isRoom && resource !== undefined)
    throw new Failure('usage', `${word} is an occupant, not a room`, EXIT.usage, {
      hint: `A question to a room is for all of its occupants: ${bare}`,
    })
  return bare
}

function tooFew(need: number, asked: number): Failure {
  const people = asked === 1 ? '1 person is' : `${asked} people are`
  return new Failure('usage', `--need ${need} cannot be reached: ${people} asked`, EXIT.usage, {
    hint: 'Name more recipients, or use a room',
  })
}
