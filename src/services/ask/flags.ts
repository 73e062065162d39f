/** The flags of `ask`. */
import {Flags, type Interfaces} from '@oclif/core'
import {nickFlag, roomPasswordFlags} from '../../cli/room-flags.ts'

const question = {helpGroup: 'QUESTION'}
const answers = {helpGroup: 'ANSWERS'}
const room = {helpGroup: 'ROOM'}

export const askFlags = {
  message: Flags.string({
    ...question,
    char: 'm',
    summary: 'text of the question; then all arguments are recipients',
    helpValue: 'TEXT',
  }),
  choice: Flags.string({
    ...answers,
    summary: 'an answer; repeatable; the first one gives exit code 0; default: yes, no',
    helpValue: 'TEXT',
    multiple: true,
    multipleNonGreedy: true,
  }),
  'any-text': Flags.boolean({
    ...answers,
    summary: 'take any text as the answer, and print it',
    exclusive: ['choice'],
  }),
  need: Flags.integer({
    ...answers,
    summary: 'number of people that have to give the first choice; default: 1',
    helpValue: 'N',
    min: 1,
    default: 1,
    noCacheDefault: true,
  }),
  room: Flags.boolean({...room, summary: 'recipients are rooms; all occupants may answer'}),
  affiliation: Flags.option({
    ...room,
    summary: 'only occupants with at least this affiliation may answer',
    options: ['member', 'admin', 'owner'] as const,
    dependsOn: ['room'],
  })(),
  nick: nickFlag({...room, dependsOn: ['room']}),
  ...roomPasswordFlags({...room, dependsOn: ['room']}),
}

export type AskFlags = Interfaces.InferredFlags<typeof askFlags>
