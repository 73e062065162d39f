/** Sends stanzas over one session, and after a retry over another, with one result each. */
import {EXIT, Failure} from '../../errors.ts'
import type {SendResult} from '../../protocol/message/message.ts'
import type {StanzaChannel} from '../../xml.ts'
import {fitToLimit, isLarge, SPLIT_HINT} from './compose.ts'
import {MessageSender} from './message-sender.ts'
import type {OutgoingStanza} from './outgoing-stanza.ts'

/** The parts of a session that sending needs. */
export interface SendSession {
  bound: Promise<{maxBytes?: number | undefined}>
  stanzas: StanzaChannel
  /** Aborts, with a `Failure` as its reason, when the run must end. */
  signal: AbortSignal
}

/** Opens a session, passes it to `use`, and closes it. Repeats this after a retryable failure if --retry allows it. */
export type OpenSendSession = (use: (session: SendSession) => Promise<void>) => Promise<void>

/** Returns messages to send. It is called in each session, and may first upload their files there. */
export type PrepareMessages = (session: SendSession) => OutgoingStanza[] | Promise<OutgoingStanza[]>

/** Throws if no message reached the server at all; otherwise each message has its own result. */
export async function sendMessages(
  prepare: PrepareMessages,
  nick: string,
  open: OpenSendSession,
): Promise<SendResult[]> {
  const {failure, results} = await sendInTurn([prepare], nick, open)
  if (failure && !results.some(({error}) => error === failure)) throw failure
  const [first] = results
  const hasNoSession = results.every(
    ({error, state}) => state === 'failed' && error?.stage !== 'request',
  )
  if (first?.error && hasNoSession) throw first.error
  return results
}

/** Sends several groups of messages in one session: each is prepared when those before it have their results. */
export async function sendInTurn(
  groups: PrepareMessages[],
  nick: string,
  open: OpenSendSession,
): Promise<{results: SendResult[]; failure?: unknown}> {
  const results: SendResult[][] = groups.map(() => [])
  try {
    await open(async (session) => {
      for (const [i, prepare] of groups.entries()) {
        const messages = await fitToServer(await prepare(session), session)
        const sender = new MessageSender(session.stanzas, nick)
        results[i] = await sendAll(sender, messages, results[i] ?? [])
      }
      const retryable = results.flat().find(({error}) => error?.retryable)
      if (retryable) throw retryable.error // so that --retry applies
    })
    return {results: results.flat()}
  } catch (failure) {
    return {results: results.flat(), failure}
  }
}

/** Splits large messages where that was asked for. Throws 65 if one is too large for the server. */
export async function fitToServer(
  messages: OutgoingStanza[],
  {bound}: SendSession,
): Promise<OutgoingStanza[]> {
  const limit = messages.some(isLarge) ? (await bound).maxBytes : undefined
  return messages.flatMap((message) => fitToLimit(message, limit))
}

/** @param earlier the results of an earlier session: only messages that are safe to send again are sent again */
async function sendAll(
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
    hint: SPLIT_HINT,
  })
  return {...result, state: 'failed', error}
}
