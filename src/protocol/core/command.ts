/** XEP-0050: Ad-Hoc Commands <https://xmpp.org/extensions/xep-0050.html> */
import {EXIT, Failure} from '../../errors.ts'
import {isBareUser} from '../../jid.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {NS_DATA} from './data-form.ts'
import {getInfo} from './disco-info.ts'
import {type DiscoItem, getDiscoItems} from './disco-items.ts'
import {type FormResult, parseFormResult} from './form-result.ts'
import {clientHint, UNSUPPORTED} from './unsupported.ts'

export const NS_COMMANDS = 'http://jabber.org/protocol/commands'
const NS_OOB = 'jabber:x:oob'

export const ACTIONS = ['prev', 'next', 'complete'] as const
export type StageAction = (typeof ACTIONS)[number]
export type CommandAction = StageAction | 'execute' | 'cancel'
export type CommandStatus = 'executing' | 'completed' | 'canceled'

export interface CommandNote {
  type: 'info' | 'warn' | 'error'
  text: string
}

/** The answer of the service to one request. */
export interface CommandStage {
  /** Null if the service gave none: then its commands have one stage. */
  sessionId: string | null
  status: CommandStatus
  actions: {
    /** `cancel` is always allowed. Empty if the service named none. */
    allowed: StageAction[]
    /** The action that `execute` stands for (§3.4). */
    default: StageAction
  }
  notes: CommandNote[]
  form: FormResult | null
  urls: string[]
}

export interface CommandRequest {
  node: string
  sessionId?: string | null | undefined
  action?: CommandAction | undefined
  /** A submitted form. */
  form?: Element | undefined
}

export const buildCommand = ({
  action = 'execute',
  form,
  node,
  sessionId,
}: CommandRequest): Element =>
  xml(
    'command',
    {xmlns: NS_COMMANDS, node, ...(sessionId && {sessionid: sessionId}), action},
    ...(form ? [form] : []),
  )

export function parseCommand(command: Element | undefined): CommandStage {
  const x = command?.getChild('x', NS_DATA)
  const form = x ? parseFormResult(x) : null
  return {
    sessionId: textOf(command?.attrs.sessionid),
    status: statusOf(command, form),
    actions: parseActions(command?.getChild('actions', NS_COMMANDS)),
    notes: (command?.getChildren('note', NS_COMMANDS) ?? []).map((note) => ({
      type: note.attrs.type === 'warn' || note.attrs.type === 'error' ? note.attrs.type : 'info',
      text: note.text(),
    })),
    form,
    urls: (command?.getChildren('x', NS_OOB) ?? []).flatMap((x) => x.getChildText('url') || []),
  }
}

/** Without a valid status, a form to fill in means that the command is not complete. */
function statusOf(command: Element | undefined, form: FormResult | null): CommandStatus {
  const status = command?.attrs.status
  if (status === 'executing' || status === 'completed' || status === 'canceled') return status
  return form?.type === 'form' ? 'executing' : 'completed'
}

/** §3.4: without `actions`, `execute` completes the command; without an attribute, it is `next`. */
function parseActions(actions: Element | undefined): CommandStage['actions'] {
  const allowed = ACTIONS.filter((name) => actions?.getChild(name, NS_COMMANDS))
  const named = ACTIONS.find((name) => name === actions?.attrs.execute)
  // Some services name an action that they do not allow, or none at all.
  const fallback = allowed.find((name) => name !== 'prev') ?? 'complete'
  const preferred = named ?? 'next'
  return {allowed, default: allowed.includes(preferred) ? preferred : fallback}
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null

/** Executes a command, or goes on with it. A lost connection is an unknown outcome. */
export async function sendCommand(
  iq: Iq,
  request: CommandRequest,
  to: string,
): Promise<CommandStage> {
  const answer = await iq.set(buildCommand(request), to).catch(async (error) => {
    throw await commandFailure(iq, error, request, to)
  })
  return parseCommand(answer?.getNS() === NS_COMMANDS ? answer : undefined)
}

/** Throws `unsupported` (69) if the service has no commands. */
export async function listCommands(iq: Iq, to: string): Promise<DiscoItem[]> {
  // In one write. Some services have commands and do not announce the feature.
  const info = getInfo(iq, to).then(({features}) => features.includes(NS_COMMANDS))
  const [items, announced] = await Promise.allSettled([getDiscoItems(iq, to, NS_COMMANDS), info])
  if (items.status === 'rejected') {
    const {reason} = items
    if (isUnsupported(reason, to) || reason?.condition === 'item-not-found')
      throw unsupported(to, reason)
    throw reason
  }
  const commands = items.value.filter(({node}) => node !== null)
  if (commands.length > 0) return commands
  if (announced.status === 'fulfilled' && !announced.value) throw unsupported(to)
  return []
}

function isUnsupported(error: unknown, to: string): error is Failure {
  if (!(error instanceof Failure) || !error.condition || error.retryable) return false
  return (
    UNSUPPORTED.includes(error.condition) ||
    (isBareUser(to) && error.condition === 'subscription-required')
  )
}

function unsupported(to: string, cause?: Failure): Failure {
  const message = `${to} has no ad-hoc commands (XEP-0050)`
  return new Failure('unsupported', message, EXIT.unavailable, {
    stage: 'request',
    condition: cause?.condition,
    text: cause?.text,
    cause,
    ...(isBareUser(to) && {hint: clientHint(to)}),
  })
}

/** §4.4: the conditions are general, so the message names the command, and the hint the most likely cause. */
async function commandFailure(
  iq: Iq,
  error: unknown,
  {node, sessionId}: CommandRequest,
  to: string,
): Promise<unknown> {
  if (!(error instanceof Failure) || !error.condition || error.retryable) return error
  const {condition} = error
  if (sessionId && ['bad-request', 'not-allowed', 'item-not-found'].includes(condition))
    return error.with({
      message: 'The service does not accept this step',
      hint: 'The session may have ended, or the action is not allowed: run the command again',
    })
  // Prosody answers for an unknown command as for a service without commands.
  if (condition !== 'item-not-found' && isUnsupported(error, to)) {
    const {features} = await getInfo(iq, to).catch(() => ({features: [] as string[]}))
    if (!features.includes(NS_COMMANDS)) return unsupported(to, error)
  } else if (condition !== 'item-not-found') return error.about(node)
  return error.with({
    code: 'no-command',
    message: `The command ${node} does not exist`,
    exitCode: EXIT.noUser,
    hint: `xmpp command list ${to} shows the commands`,
  })
}
