/** XEP-0045 §7: the meaning of error conditions from a room <https://xmpp.org/extensions/xep-0045.html> */
import {EXIT, type Failure} from '../../errors.ts'

interface ErrorMeaning {
  code: string
  message: string
  hint?: string
  /** Replaces the exit status of the error type. */
  exitCode?: number
}

const NOT_ADMIN: ErrorMeaning = {
  code: 'not-room-admin',
  message: 'The room does not allow this account to do this',
  hint: 'It requires the affiliation owner or admin, not lower than that of the other user',
  exitCode: EXIT.noPermission,
}

/** §7.2: the conditions for a user who joins. */
const JOIN_ERRORS: Record<string, ErrorMeaning> = {
  'not-authorized': {
    code: 'room-password',
    message: 'The room requires a password, or the given one is wrong',
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
    message: 'Another occupant has this nickname',
    hint: 'Choose another one with --nick',
  },
  'not-acceptable': {
    code: 'nick-reserved',
    message: 'The room accepts this account only under its registered nickname',
    hint: 'Use it with --nick',
  },
  'item-not-found': {
    code: 'room-locked',
    message: 'The room was just created, and its owner has not opened it yet',
  },
  'not-allowed': {code: 'no-room-creation', message: 'This account may not create rooms there'},
  'service-unavailable': {code: 'room-full', message: 'The room is full'},
  'resource-constraint': {code: 'room-full', message: 'The room is full'},
}

export const NOT_IN_ROOM = 'The room no longer has this account as an occupant'

/** §7.4 and §7.5: the conditions for a message. */
const MESSAGE_ERRORS: Record<string, ErrorMeaning> = {
  forbidden: {
    code: 'moderated',
    message: 'The room is moderated, and this account has no voice in it',
    hint: 'Ask a moderator of the room for voice',
  },
  'not-acceptable': {
    code: 'not-in-room',
    message: NOT_IN_ROOM,
    exitCode: EXIT.temporary,
  },
  'item-not-found': {code: 'no-occupant', message: 'No occupant has this nickname'},
}

/** §8.2; ejabberd sends `not-acceptable`. */
const NO_OCCUPANT: ErrorMeaning = {
  code: 'no-occupant',
  message: 'The room does not have this occupant or JID',
  exitCode: EXIT.noUser,
}

/** §8 and §9: the conditions for a change of an affiliation or a role. */
const ADMIN_ERRORS: Record<string, ErrorMeaning> = {
  forbidden: NOT_ADMIN,
  'not-allowed': NOT_ADMIN,
  'item-not-found': NO_OCCUPANT,
  'not-acceptable': NO_OCCUPANT,
  conflict: {
    code: 'last-owner',
    message: 'The room refuses a change that would leave it without an owner',
    hint: 'Make another JID an owner first',
    exitCode: EXIT.noPermission,
  },
}

const NOT_OWNER: ErrorMeaning = {
  code: 'not-owner',
  message: 'Only an owner of the room may do this',
  hint: 'Sign in as an owner, or ask an owner to do this',
  exitCode: EXIT.noPermission,
}

/** §10: the conditions for a request of an owner. */
const OWNER_ERRORS: Record<string, ErrorMeaning> = {
  forbidden: NOT_OWNER,
  'not-allowed': NOT_OWNER,
  'not-authorized': NOT_OWNER,
  'item-not-found': {code: 'no-room', message: 'The room does not exist'},
  'not-acceptable': {
    code: 'config-refused',
    message: 'The room does not accept these values',
    hint: 'xmpp room configure ROOM shows the fields and their options',
    exitCode: EXIT.data,
  },
}

/** The failure of a join, from the error reply to the presence. */
export function joinError(failure: Failure, room: string): Failure {
  return meant(failure, JOIN_ERRORS, room)
}

/** The failure of a message to a room or to an occupant. */
export function messageError(failure: Failure, to: string): Failure {
  return meant(failure, MESSAGE_ERRORS, to)
}

export function adminError(failure: Failure, room: string): Failure {
  return meant(failure, ADMIN_ERRORS, room)
}

export function ownerError(failure: Failure, room: string): Failure {
  return meant(failure, OWNER_ERRORS, room)
}

/** The same failure with the meaning that it has for rooms. The exit status mostly stays that of the error type. */
function meant(failure: Failure, meanings: Record<string, ErrorMeaning>, where: string): Failure {
  const {condition = ''} = failure
  const meaning = Object.hasOwn(meanings, condition) ? meanings[condition] : undefined
  if (!meaning) return failure
  return failure.with({...meaning, message: `${meaning.message} (${where})`})
}
