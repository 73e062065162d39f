/** Sends a message under the timeout of the batch, and waits for its receipt under a timeout of its own. */
import type {IdleTimeout} from '../../../cli/idle-timeout.ts'
import type {SendResult} from '../../../protocol/message/message.ts'
import type {MessageSender} from '../message-sender.ts'
import type {OutgoingStanza} from '../outgoing-stanza.ts'

/** Once the server has accepted the message, waiting for the receipt gets a fresh timeout of the same length. */
export async function sendWithTimeout(
  sender: MessageSender,
  message: OutgoingStanza,
  idle: IdleTimeout,
  confirm: () => void,
): Promise<SendResult> {
  if (message.wait === 'accepted') return idle.until(sender.send(message, {onAccepted: confirm}))
  const overdue = new AbortController()
  let onAccepted = (): void => {}
  const accepted = new Promise<void>((resolve) => {
    onAccepted = () => {
      confirm()
      resolve()
    }
  })
  const result = sender.send(message, {signal: overdue.signal, onAccepted})
  await idle.until(Promise.race([accepted, result]))
  const timer = setTimeout(() => overdue.abort(idle.noReply()), idle.limitMs)
  try {
    return await result
  } finally {
    clearTimeout(timer)
  }
}
