/** The outcome of a message: accepted, delivered (XEP-0184), displayed (XEP-0333), or returned as an error (RFC 6120 §8.3). */
import {answers} from '../../answer.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJidOf} from '../../jid.ts'
import {matchesJid} from '../../jid-comparison.ts'
import type {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {parseMarker} from '../../protocol/message/marker.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {parseReceipt} from '../../protocol/message/receipt.ts'
import {type Element, parseStanzaError} from '../../xml.ts'
import type {DeliveryState, OutgoingStanza} from './outgoing-stanza.ts'

/** How long to wait for a receipt. */
export interface WaitOptions {
  /** Ends the wait; its reason is a `Failure`. */
  signal?: AbortSignal
  /** Called when the message is accepted and only the receipt is missing. */
  onAccepted?: () => void
}

/** The parts of the result that are known when a message is accepted. */
export type Acceptance = Partial<Pick<SendResult, 'stanzaId' | 'answer'>>

const ORDER: DeliveryState[] = ['accepted', 'delivered', 'displayed']

/** Looks for the receipt of one message. Create it before the message is sent. */
export class ReceiptWatch {
  /** Resolves when the wanted state is reached, or with the error that the message returned with. */
  readonly result: Promise<Failure | 'reached'>
  readonly #message: OutgoingStanza
  readonly #cancelled = new AbortController()
  #state: DeliveryState = 'accepted'

  constructor(listener: StanzaListener, message: OutgoingStanza, {signal}: WaitOptions) {
    this.#message = message
    const ended = anySignal(this.#cancelled.signal, signal)
    this.result = listener.waitFor((stanza) => this.#handle(stanza), ended)
  }

  /** The furthest state that was reached. */
  get state(): DeliveryState {
    return this.#state
  }

  /** The message was not accepted, so no receipt will arrive. */
  cancel(reason: unknown): void {
    this.#cancelled.abort(reason)
  }

  #handle(stanza: Element): Failure | 'reached' | undefined {
    const {element, wait} = this.#message
    if (answers(stanza, element)) return parseStanzaError(stanza)
    if (!isFromRecipient(stanza, this.#message)) return undefined
    const state = parseState(stanza, element.attrs.id)
    if (state && isFurther(state, this.#state)) this.#state = state
    return isFurther(wait, this.#state) ? undefined : 'reached'
  }
}

/** All clients of a user may send the receipt; of a room, only the occupant that is the recipient. */
function isFromRecipient({attrs: {from = ''}}: Element, {element, room}: OutgoingStanza): boolean {
  const {to} = element.attrs as {to: string}
  return room ? matchesJid(from, to) : matchesJid(bareJidOf(from), bareJidOf(to))
}

const anySignal = (one: AbortSignal, other: AbortSignal | undefined): AbortSignal =>
  other ? AbortSignal.any([one, other]) : one

/** The result of a message that was accepted, and for which no receipt is wanted. */
export function acceptedResult({element}: OutgoingStanza, acceptance: Acceptance): SendResult {
  const {to, id} = element.attrs as {to: string; id: string}
  return {to, id, stanzaId: null, ...acceptance, state: 'accepted', error: null}
}

/** Resolves with the result of a message that was accepted. */
export async function waitForReceipt(
  message: OutgoingStanza,
  acceptance: Acceptance,
  receipt: ReceiptWatch,
): Promise<SendResult> {
  const accepted = acceptedResult(message, acceptance)
  try {
    const result = await receipt.result
    if (result === 'reached') return {...accepted, state: receipt.state}
    return {...accepted, state: 'failed', error: withAddressHint(result, message)}
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {...accepted, state: receipt.state, error: receiptMissing(error, message.wait)}
  }
}

/** The result of a message that was not accepted. Throws an error that is no `Failure`. */
export function failedResult(message: OutgoingStanza, error: unknown): SendResult {
  if (!(error instanceof Failure)) throw error
  const {to, id} = message.element.attrs as {to: string; id: string}
  const state = error.isUnknownOutcome ? 'unknown' : 'failed'
  return {to, id, stanzaId: null, state, error: withAddressHint(error, message)}
}

function parseState(stanza: Element, id: string): DeliveryState | undefined {
  if (stanza.name !== 'message' || stanza.attrs.type === 'error') return undefined
  const marker = parseMarker(stanza)
  if (marker?.id === id) return marker.kind === 'received' ? 'delivered' : 'displayed'
  return parseReceipt(stanza) === id ? 'delivered' : undefined
}

const REFUSED: number[] = [EXIT.noUser, EXIT.noHost, EXIT.unavailable, EXIT.noPermission]

/** The answers of room services to a message of a user that is not in the room: of Prosody, of ejabberd. */
const NOT_IN_ROOM = new Set(['service-unavailable', 'not-acceptable'])
const ROOM_ADDRESS = /@(?:conference|muc|rooms?|chat|groups?)\./i

/** For two usual mistakes: a JID without @ is a server, and a message to a room needs --room. */
function withAddressHint(failure: Failure, {element, room}: OutgoingStanza): Failure {
  const {condition = '', exitCode, hint} = failure
  const {to} = element.attrs as {to: string}
  if (!room && NOT_IN_ROOM.has(condition) && ROOM_ADDRESS.test(to))
    return failure.with({hint: `If ${to} is a room, add --room`})
  const isRefused = REFUSED.includes(exitCode) && condition !== ''
  if (to.includes('@') || hint || !isRefused) return failure
  const account = to.includes('.') ? `name@${to}` : `${to}@DOMAIN`
  return failure.with({hint: `"${to}" is the address of a server. A user is written ${account}`})
}

const isFurther = (a: DeliveryState, b: DeliveryState): boolean =>
  ORDER.indexOf(a) > ORDER.indexOf(b)

/** The message was accepted, so it must not be sent again, even if the receipt is missing. */
function receiptMissing(failure: Failure, wait: DeliveryState): Failure {
  const receipt = wait === 'displayed' ? 'a displayed marker' : 'a delivery receipt'
  if (failure.code === 'timeout')
    return failure.with({
      message: `The server accepted the message, but ${receipt} did not arrive in time`,
      hint: 'The recipient may be offline, or use a client that sends none',
    })
  if (failure.code === 'interrupted')
    return failure.with({hint: 'The server has the message. Do not send it again'})
  if (!failure.retryable) return failure
  return failure.with({
    code: 'unknown-outcome',
    message: `${failure.message} before ${receipt} arrived`,
    exitCode: EXIT.unknownOutcome,
    hint: 'The server had accepted the message. Do not send it again',
  })
}
