/** RFC 6120 §8.1.2–8.2.3: what was sent and is not settled yet, and who may settle it. */
import {EXIT, Failure} from '../errors.ts'
import {type Element, parseStanzaError} from '../xml.ts'

export interface Pending {
  stanza: Element
  /** A fence is a question of ours: its answer says that the deliveries before it were dealt with. */
  kind: 'question' | 'delivery' | 'post' | 'fence'
  /** Doing it twice is not doing it once: losing it in flight is an unknown outcome. */
  effect: boolean
  written: boolean
  /** Called when it leaves. */
  sent?: (() => void) | undefined
  settled: boolean
  resolve(payload?: Element): void
  reject(failure: Failure): void
}

export type Sending = Pick<Pending, 'stanza' | 'kind' | 'effect' | 'sent'>

/** Remembers that it was settled, by whichever of the two. */
export function newPending(
  what: Sending,
  {reject, resolve}: Pick<Pending, 'resolve' | 'reject'>,
): Pending {
  const item: Pending = {
    ...what,
    written: false,
    settled: false,
    resolve(payload) {
      item.settled = true
      resolve(payload)
    },
    reject(failure) {
      item.settled = true
      reject(failure)
    },
  }
  return item
}

export interface Own {
  bare: string
  domain: string
  /** Empty until a resource is bound. */
  full: string
}

/** Settles what a stanza answers, or bounces; false when it does neither. */
export function settle(item: Pending, stanza: Element, own: Own): boolean {
  const {type} = stanza.attrs as Record<string, string | undefined>
  if (item.stanza.name !== stanza.name || !mayAnswer(item, stanza, own)) return false
  if (item.kind === 'delivery' ? type !== 'error' : type !== 'error' && type !== 'result')
    return false
  // To a fence an error is as good an answer as any.
  if (type === 'error' && item.kind !== 'fence') item.reject(parseStanzaError(stanza))
  else item.resolve(stanza.getChildElements()[0])
  return true
}

/** Ids can be guessed: only who was asked may answer (RFC 6120 §8.1.2.1), or a server on the way. */
function mayAnswer({kind, stanza}: Pending, {attrs: {from}}: Element, own: Own): boolean {
  const to = stanza.attrs.to as string | undefined
  if (from === undefined || from === to || from === own.domain) return true
  if (to === undefined) return from === own.bare || from === own.full
  return kind === 'delivery' && (from === bareOf(to) || from === domainOf(to))
}

/** What the end of a session means for something that was not settled. */
export function outcome(
  {effect, written}: Pick<Pending, 'effect' | 'written'>,
  failure: Failure,
): Failure {
  const {condition, stage, text} = failure
  const details = {stage, cause: failure, ...(condition && {condition}), ...(text && {text})}
  if (!written && failure.code === 'timeout')
    return new Failure('timeout', 'The session did not come up in time', EXIT.temporary, details)
  if (!written || !effect) return failure
  // Whoever ended the run with a signal is told of that by the status, and of the rest by the code.
  const exitCode = failure.code === 'interrupted' ? failure.exitCode : EXIT.unknownOutcome
  return new Failure(
    'unknown-outcome',
    `${failure.message} before the server confirmed the request`,
    exitCode,
    {...details, hint: 'It may have been carried out: look before you try again'},
  )
}

export const bareOf = (jid: string): string => jid.split('/', 1)[0] ?? ''
export const domainOf = (jid: string): string => bareOf(jid).split('@').at(-1) ?? ''
