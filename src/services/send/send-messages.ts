/** Some messages over one session, with one result each. */
import {EXIT, Failure} from '../../errors.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import type {MessageSender, OutgoingStanza} from './message-sender.ts'

/** @param earlier what another session has settled already: only what is safe to send again is sent again */
export async function sendAll(
  courier: MessageSender,
  parcels: OutgoingStanza[],
  earlier: SendResult[],
): Promise<SendResult[]> {
  const results = await Promise.all(
    parcels.map((parcel, i) => {
      const settled = earlier[i]
      return settled && !settled.error?.retryable ? settled : courier.send(parcel)
    }),
  )
  await courier.leave()
  const sizes = parcels.map(({stanza}) => Buffer.byteLength(String(stanza)))
  const largest = Math.max(...sizes)
  return results.map((result, i) => (sizes[i] === largest ? withSize(result, largest) : result))
}

/**
 * A server that did not announce its limit shows it by ending the stream. Which stanza was too much it does not say,
 * but the largest was, if any; whatever else was on its way may have been taken.
 */
function withSize(result: SendResult, bytes: number): SendResult {
  const {condition, stage, text = ''} = result.error ?? {}
  const isSize = condition === 'policy-violation' && /stanza is too (?:big|large)/i.test(text)
  if (result.state !== 'unknown' || !isSize || !stage) return result
  const error = new Failure('too-large', `${bytes} bytes are too much for the server`, EXIT.data, {
    stage,
    condition,
    text,
    hint: '--split sends it in numbered parts',
  })
  return {...result, state: 'failed', error}
}
