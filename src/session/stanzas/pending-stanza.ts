/** RFC 6120 §8.1.2–8.2.3: what was sent and is not settled yet. */
import {answers, type OwnJids} from '../../answer.ts'
import type {Failure} from '../../errors.ts'
import {type Element, parseStanzaError} from '../../xml.ts'

export interface PendingStanza {
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

export type Sending = Pick<PendingStanza, 'stanza' | 'kind' | 'effect' | 'sent'>

/** Remembers that it was settled, by whichever of the two. */
export function newPending(
  what: Sending,
  {reject, resolve}: Pick<PendingStanza, 'resolve' | 'reject'>,
): PendingStanza {
  const item: PendingStanza = {
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

/** The stanza that was sent and that this one answers. */
export function answeredBy(
  arrived: Element,
  pending: ReadonlyMap<string, PendingStanza>,
  own: OwnJids,
): PendingStanza | undefined {
  const {id, type} = arrived.attrs as Record<string, string | undefined>
  if (id === undefined && type !== 'error') return undefined
  const candidates = id === undefined ? [...pending.values()] : [pending.get(id)]
  return candidates.find((item) => item?.written && answers(arrived, item.stanza, own))
}

/** Settles a stanza that was sent with the one that answers it. */
export function settle(item: PendingStanza, answer: Element): void {
  // To a fence an error is as good an answer as any.
  if (answer.attrs.type === 'error' && item.kind !== 'fence') item.reject(parseStanzaError(answer))
  else item.resolve(answer.getChildElements()[0])
}
