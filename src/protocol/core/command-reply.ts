/** XEP-0050: Ad-Hoc Commands <https://xmpp.org/extensions/xep-0050.html>, as the responder */
import {type Element, NS_STANZA_ERRORS, xml} from '../../xml.ts'
import {type CommandNote, type CommandStatus, NS_COMMANDS} from './command.ts'
import {NS_DATA} from './data-form.ts'

/** The request of a client to this responder. */
export interface IncomingCommand {
  node: string
  sessionId: string | null
  /** Absent means `execute` (§2.4.1); another word is not an action. */
  action: string
  /** The submitted form. */
  form: Element | undefined
}

export function parseCommandRequest(request: Element): IncomingCommand {
  const command = request.getChild('command', NS_COMMANDS)
  const {action = 'execute', node = '', sessionid = null} = command?.attrs ?? {}
  return {
    node: String(node),
    sessionId: sessionid === null ? null : String(sessionid),
    action: String(action),
    form: command?.getChild('x', NS_DATA),
  }
}

export interface StageReply {
  node: string
  sessionId: string
  status: CommandStatus
  notes?: CommandNote[]
  form?: Element | undefined
}

/** A stage that is `executing` has one form, and its submission completes the command. */
export function buildStage({form, node, notes = [], sessionId, status}: StageReply): Element {
  const actions = xml('actions', {execute: 'complete'}, xml('complete'))
  return xml(
    'command',
    {xmlns: NS_COMMANDS, node, sessionid: sessionId, status},
    ...(status === 'executing' ? [actions] : []),
    ...notes.map(({text, type}) => xml('note', {type}, text)),
    ...(form ? [form] : []),
  )
}

/** Stanza errors with the conditions of this XEP (§4.4). */
const ERRORS = {
  'bad-action': ['modify', 'bad-request', 'bad-action'],
  'bad-payload': ['modify', 'bad-request', 'bad-payload'],
  'bad-sessionid': ['modify', 'bad-request', 'bad-sessionid'],
  'session-expired': ['cancel', 'not-allowed', 'session-expired'],
  'item-not-found': ['cancel', 'item-not-found'],
  'resource-constraint': ['wait', 'resource-constraint'],
  'service-unavailable': ['cancel', 'service-unavailable'],
} as const

export type CommandError = keyof typeof ERRORS

export function buildCommandError(error: CommandError): Element {
  const [type, condition, specific] = ERRORS[error]
  return xml(
    'error',
    {type},
    xml(condition, {xmlns: NS_STANZA_ERRORS}),
    ...(specific ? [xml(specific, {xmlns: NS_COMMANDS})] : []),
  )
}
