/** Sends stanzas over one session, and after a retry over another, with one result each. */
import {EXIT, Failure} from '../../errors.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import type {StanzaChannel} from '../../xml.ts'
import {fitToLimit, isLarge} from './compose.ts'
import {MessageSender} from './message-sender.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'

/** The parts of a session that sending needs. */
export interface SendSession {
  bound: Promise<{maxBytes?: number | undefined}>
  stanzas: StanzaChannel
}

/** Opens a session, passes it to `use`, and closes it. Repeats this after a retryable failure if --retry allows it. */
export type OpenSendSession = (use: (session: SendSession) => Promise<void>) => Promise<void>

/** Throws if no message reached the server at all; otherwise each message has its own result. */
export async function sendMessages(
  messages: OutgoingStanza[],
  nick: string,
  open: OpenSendSession,
): Promise<SendResult[]> {
  let results: SendResult[] = []
  try {
    await open(async ({bound, stanzas}) => {
      const limit = messages.some(isLarge) ? (await bound).maxBytes : undefined
      const fitting = messages.flatMap((message) => fitToLimit(message, limit))
      results = await sendAll(new MessageSender(stanzas, nick), fitting, results)
      const retryable = results.find(({error}) => error?.retryable)
      if (retryable) throw retryable.error // so that --retry applies
    })
  } catch (error) {
    if (!results.some((result) => result.error === error)) throw error
  }
  const [first] = results
  const hasNoSession = results.every(
    ({error, state}) => state === 'failed' && error?.stage !== 'request',
  )
  if (first?.error && hasNoSession) throw first.error
  return results
}

/** @param earlier the results of an earlier session: only messages that are safe to send again are sent again */
export async function sendAll(
  sender: MessageSender,
  messages: OutgoingStanza[],
  earlier: SendResult[],
): Promise<SendResult[]> {
  const results = await Promise.all(
    messages.map((message, i) => {
      const result = earlier[i]
      return result && !result.error?.retryable ? result : sender.send(message)
    }),
  )
  await sender.leave()
  const sizes = messages.map(({element}) => Buffer.byteLength(String(element)))
  const largest = Math.max(...sizes)
  return results.map((result, i) => (sizes[i] === largest ? withSize(result, largest) : result))
}

/**
 * A server that announces no limit ends the stream if a stanza is too large. It does not name the stanza, but the
 * largest one must be too large; the server may have accepted the others.
 */
function withSize(result: SendResult, bytes: number): SendResult {
  const {condition, stage, text = ''} = result.error ?? {}
  const isSize = condition === 'policy-violation' && /stanza is too (?:big|large)/i.test(text)
  if (result.state !== 'unknown' || !isSize || !stage) return result
  const message = `The message has ${bytes} bytes, which is too large for the server`
  const error = new Failure('too-large', message, EXIT.data, {
    stage,
    condition,
    text,
    hint: 'Use --split to send it in numbered parts',
  })
  return {...result, state: 'failed', error}
}
