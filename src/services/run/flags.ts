/** The arguments and flags of `run`. */
import {Args, Flags, type Interfaces} from '@oclif/core'
import {nickFlag, roomPasswordFlags} from '../../cli/room-flags.ts'

const message = {helpGroup: 'MESSAGE'}
const when = {helpGroup: 'WHEN TO SEND'}
const room = {helpGroup: 'ROOM'}
const result = {helpGroup: 'RESULT'}

export const runArgs = {
  to: Args.string({
    description: 'recipients, JIDs or aliases; default: XMPP_TO',
    ignoreStdin: true,
    multiple: true,
  }),
}

export const runFlags = {
  name: Flags.string({
    ...message,
    summary: 'name to use in place of the command line',
    helpValue: 'TEXT',
  }),
  'hide-args': Flags.boolean({
    ...message,
    summary: 'send the program name only, without its arguments',
    exclusive: ['name'],
  }),
  tail: Flags.integer({
    ...message,
    summary: 'add the last N lines of the output; the output of the command is then a pipe',
    helpValue: 'N',
    min: 1,
    default: 0,
    noCacheDefault: true,
  }),
  'attach-output': Flags.boolean({
    ...message,
    summary: 'upload all of the output and send it after the result; the output is then a pipe',
    exclusive: ['pid'],
  }),
  on: Flags.option({
    ...when,
    summary:
      'when to send the result; change: if it differs from the previous run; default: always',
    options: ['failure', 'success', 'always', 'change'] as const,
    default: 'always' as const,
    noCacheDefault: true,
  })(),
  start: Flags.boolean({...when, summary: 'also send a message when the command starts'}),
  progress: Flags.string({
    ...when,
    summary: 'send a message after this time and edit it at this interval until the end',
    helpValue: 'DURATION',
  }),
  pid: Flags.integer({
    ...when,
    summary: 'wait for the process with this id instead of running a command',
    helpValue: 'N',
    min: 1,
    exclusive: ['tail'],
  }),
  room: Flags.boolean({...room, summary: 'recipients are rooms'}),
  nick: nickFlag({...room, dependsOn: ['room']}),
  ...roomPasswordFlags({...room, dependsOn: ['room']}),
  'require-delivery': Flags.boolean({
    ...result,
    summary: 'if the command succeeds but a message fails, exit with the code of that failure',
  }),
  result: Flags.string({
    ...result,
    summary: 'write the result as JSON to this file',
    helpValue: 'FILE',
  }),
}

export type RunFlags = Interfaces.InferredFlags<typeof runFlags>
