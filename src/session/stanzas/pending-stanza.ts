/** RFC 6120 §8.1.2–8.2.3: a stanza of this client until the server has answered it. */
import {answers, type OwnJids} from '../../answer.ts'
import type {Failure} from '../../errors.ts'
import {type Element, parseStanzaError} from '../../xml.ts'

export interface Sending {
  stanza: Element
  /** A fence is a ping of the session itself: its answer proves that the server has processed the deliveries before it. */
  kind: 'request' | 'delivery' | 'unconfirmed' | 'fence'
  /** Sending it twice differs from sending it once, so a loss after the write is an unknown outcome. */
  effect: boolean
  onSent?: (() => void) | undefined
}

export interface PendingStanza extends Sending {
  written: boolean
  resolve(payload?: Element): void
  reject(failure: Failure): void
}

/** The sent stanza that an incoming one answers. */
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

/** Resolves or rejects a sent stanza with its answer. */
export function settle(item: PendingStanza, answer: Element): void {
  // An error confirms a fence too: the server has processed everything before it.
  if (answer.attrs.type === 'error' && item.kind !== 'fence') item.reject(parseStanzaError(answer))
  else item.resolve(answer.getChildElements()[0])
}
