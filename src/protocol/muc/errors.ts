/** XEP-0045 §7: what error conditions mean when they come from a room <https://xmpp.org/extensions/xep-0045.html> */
import {EXIT, type Failure} from '../../errors.ts'

interface ErrorMeaning {
  code: string
  message: string
  hint?: string
  /** Where the server's own kind of error says less. */
  exitCode?: number
}

/** §7.2: what the conditions mean to somebody who enters. */
const JOIN_ERRORS: Record<string, ErrorMeaning> = {
  'not-authorized': {
    code: 'room-password',
    message: 'The room has a password, and it was not given or is another one',
    hint: 'Give --room-password-file, or XMPP_ROOM_PASSWORD',
  },
  'registration-required': {
    code: 'members-only',
    message: 'Only members may enter the room',
    hint: 'Ask an owner of the room to make this account a member',
  },
  forbidden: {code: 'banned', message: 'This account is banned from the room'},
  gone: {code: 'room-destroyed', message: 'The room no longer exists'},
  conflict: {
    code: 'nick-conflict',
    message: 'Somebody else in the room has this nickname',
    hint: 'Choose another one with --nick',
  },
  'not-acceptable': {
    code: 'nick-reserved',
    message: 'The room accepts this account only under its registered nickname',
    hint: 'Give that one with --nick',
  },
  'item-not-found': {
    code: 'room-locked',
    message: 'The room was just created, and its owner has not opened it yet',
  },
  'not-allowed': {code: 'no-room-creation', message: 'This account may not create rooms there'},
  'service-unavailable': {code: 'room-full', message: 'The room is full'},
  'resource-constraint': {code: 'room-full', message: 'The room is full'},
}

/** §7.4 and §7.5: what they mean to somebody who speaks. */
const MESSAGE_ERRORS: Record<string, ErrorMeaning> = {
  forbidden: {
    code: 'moderated',
    message: 'The room is moderated, and this account has no voice in it',
    hint: 'Ask a moderator of the room for voice',
  },
  'not-acceptable': {
    code: 'not-in-room',
    message: 'The room no longer has this account as an occupant',
    exitCode: EXIT.temporary,
  },
  'item-not-found': {code: 'no-occupant', message: 'Nobody in the room has this nickname'},
}

/** Why a room did not let us in, from the error with which it answered our presence. */
export function joinError(failure: Failure, room: string): Failure {
  return meant(failure, JOIN_ERRORS, room)
}

/** Why a room did not take a message, to itself or to an occupant. */
export function messageError(failure: Failure, to: string): Failure {
  return meant(failure, MESSAGE_ERRORS, to)
}

/** The same refusal in the words of rooms; the exit status is in most cases what the server said it is. */
function meant(failure: Failure, meanings: Record<string, ErrorMeaning>, where: string): Failure {
  const {condition = ''} = failure
  const meaning = Object.hasOwn(meanings, condition) ? meanings[condition] : undefined
  if (!meaning) return failure
  return failure.with({...meaning, message: `${meaning.message} (${where})`})
}
