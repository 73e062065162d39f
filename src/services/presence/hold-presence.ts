/** Shows a presence while its session is open, and sends another one at the end. */
import type {Failure} from '../../errors.ts'
import {renderDisconnected} from '../../output/session.ts'
import {answerPings} from '../../protocol/core/ping.ts'
import {buildPresence, type OutgoingPresence} from '../../protocol/presence/presence.ts'
import {presenceSender, type RoomCreation} from '../../protocol/presence/send-presence.ts'
import type {StanzaChannel} from '../../xml.ts'
import {holdOpen} from './hold-timer.ts'

export interface HoldOptions {
  /** The status of the final presence. */
  farewell: string | undefined
  /** In milliseconds; infinite if only a signal ends it. */
  span: number
  creation: RoomCreation
  /** Called once the server has confirmed the presence. */
  onShown(): Promise<void>
  warn(sentence: string): void
}

/** Opens a session that is resumed after an outage, passes it to `use`, and closes it. */
type OpenHeldSession = (
  use: (session: {signal: AbortSignal; stanzas: StanzaChannel}) => Promise<void>,
  options: {
    hold: {
      onDisconnect(failure: Failure): void
      onReconnect(jid: string, resumed: boolean): void | Promise<void>
    }
    interrupt: AbortSignal
  },
) => Promise<void>

export async function holdPresence(
  presence: OutgoingPresence,
  {creation, farewell, onShown, span, warn}: HoldOptions,
  open: OpenHeldSession,
): Promise<void> {
  const {interrupt, wait} = holdOpen(span)
  let sendPresence = async (): Promise<void> => {}
  const hold = {
    onDisconnect: ({message}: Failure) => warn(renderDisconnected(message)),
    // The server does not know the presence in a new session.
    onReconnect: (_jid: string, resumed: boolean) => (resumed ? undefined : sendPresence()),
  }
  await open(
    async ({signal, stanzas}) => {
      sendPresence = presenceSender(stanzas, presence, creation)
      answerPings(stanzas)
      await sendPresence()
      await onShown()
      await wait(signal)
      const {to} = presence
      await stanzas.sendConfirmed(buildPresence({show: 'offline', status: farewell, to}))
    },
    {hold, interrupt},
  )
}
