/** How far a message got: taken, delivered (XEP-0184), displayed (XEP-0333), or come back (RFC 6120 §8.3). */
import {answers} from '../../answer.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {StanzaListener} from '../../protocol/core/stanza-listener.ts'
import {parseMarker} from '../../protocol/message/marker.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import {parseReceipt} from '../../protocol/message/receipt.ts'
import {type Element, parseStanzaError} from '../../xml.ts'

export type DeliveryState = 'accepted' | 'delivered' | 'displayed'

/** For whoever does not want to wait for ever to hear that a message was delivered or displayed. */
export interface WaitOptions {
  /** Ends that waiting, with a `Failure` as reason. Asked for only where there is any. */
  signal?: AbortSignal
  /** The message is accepted: from here on only receipts are waited for. */
  onAccepted?: () => void
}

/** What the one who takes a message may say to it, beside that. */
export type Acceptance = Partial<Pick<SendResult, 'stanzaId' | 'answer'>>

export interface Delivery {
  stanza: Element
  /** What counts as success. */
  wait: DeliveryState
  /** Sends it, and resolves, with what was said to it, once it is accepted; rejects when it is not. */
  hand(stanza: Element): Promise<Acceptance>
  /** Whether a receipt is from the recipient. */
  isFrom(from: string): boolean
}

const ORDER: DeliveryState[] = ['accepted', 'delivered', 'displayed']
const NEWS = {
  accepted: 'a word of the server',
  delivered: 'a delivery receipt',
  displayed: 'a word that it was displayed',
}

/** Resolves with what became of the message; a failure of its own is in the result, not thrown. */
export async function deliver(
  arrivals: StanzaListener,
  delivery: Delivery,
  patience: WaitOptions,
): Promise<SendResult> {
  const {stanza, wait} = delivery
  const {id, to} = stanza.attrs as {id: string; to: string}
  const progress = {state: 'accepted' as DeliveryState}
  const refused = new AbortController()
  const fate =
    wait === 'accepted'
      ? 'reached'
      : watch(arrivals, delivery, progress, anyOf(refused.signal, patience.signal))
  const message = {to, id, stanzaId: null}
  let said: Acceptance
  try {
    said = await delivery.hand(stanza)
    patience.onAccepted?.()
  } catch (error) {
    refused.abort(error) // nothing will come for it
    if (!(error instanceof Failure)) throw error
    const state = error.isUnknownOutcome ? 'unknown' : 'failed'
    return {...message, state, error: withHint(error, to)}
  }
  try {
    const known = await fate
    if (known === 'reached') return {...message, ...said, state: progress.state, error: null}
    return {...message, ...said, state: 'failed', error: withHint(known, to)}
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return {...message, ...said, state: progress.state, error: withDeliveryState(error, wait)}
  }
}

/** Resolves when the message got as far as wanted, or with the failure that it came back with. */
function watch(
  arrivals: StanzaListener,
  {isFrom, stanza, wait}: Delivery,
  progress: {state: DeliveryState},
  signal: AbortSignal,
): Promise<Failure | 'reached'> {
  const {id} = stanza.attrs as {id: string}
  return arrivals.waitFor<Failure | 'reached'>((arrived) => {
    if (answers(arrived, stanza)) return parseStanzaError(arrived)
    if (!isFrom(arrived.attrs.from ?? '')) return undefined
    const news = parseNews(arrived, id)
    if (news && isFurther(news, progress.state)) progress.state = news
    return isFurther(wait, progress.state) ? undefined : 'reached'
  }, signal)
}

const anyOf = (one: AbortSignal, other: AbortSignal | undefined): AbortSignal =>
  other ? AbortSignal.any([one, other]) : one

function parseNews(arrived: Element, id: string): DeliveryState | undefined {
  if (arrived.name !== 'message' || arrived.attrs.type === 'error') return undefined
  const marker = parseMarker(arrived)
  if (marker?.id === id) return marker.kind === 'received' ? 'delivered' : 'displayed'
  return parseReceipt(arrived) === id ? 'delivered' : undefined
}

const REFUSED: number[] = [EXIT.noUser, EXIT.noHost, EXIT.unavailable, EXIT.noPermission]

/** A JID without an @ is a server; often it was meant to be a person. */
function withHint(failure: Failure, to: string): Failure {
  const {condition, exitCode, hint} = failure
  const isRefused = REFUSED.includes(exitCode) && condition !== undefined
  if (to.includes('@') || hint || !isRefused) return failure
  const person = to.includes('.') ? `name@${to}` : `${to}@DOMAIN`
  return failure.with({hint: `"${to}" is the address of a server. A user is written ${person}`})
}

const isFurther = (a: DeliveryState, b: DeliveryState): boolean =>
  ORDER.indexOf(a) > ORDER.indexOf(b)

/** The message was accepted, and what was waited for did not come: never a reason to send it again. */
function withDeliveryState(failure: Failure, wait: DeliveryState): Failure {
  if (failure.code === 'timeout')
    return failure.with({
      message: `The server accepted the message, but ${NEWS[wait]} did not arrive in time`,
      hint: 'The recipient may be offline, or use a client that sends none',
    })
  if (!failure.retryable) return failure
  return failure.with({
    code: 'unknown-outcome',
    message: `${failure.message} before ${NEWS[wait]} arrived`,
    exitCode: EXIT.unknownOutcome,
    hint: 'The server had accepted the message. Do not send it again',
  })
}
