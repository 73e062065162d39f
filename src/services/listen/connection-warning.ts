/** What `listen` also says on stderr about the session and its rooms. */
import {terminalOf} from '../../cli/stdout.ts'
import {renderNewRoom} from '../../output/room.ts'
import {RECONNECTED, renderDisconnected, renderGap, renderReady} from '../../output/session.ts'
import type {StanzaEvent} from '../../protocol/event/event.ts'
import type {ListenEvent} from './listen-event.ts'

/** Undefined for an event that needs no warning. @param isWatched a person reads the output on a terminal */
export function connectionWarning(
  event: Exclude<ListenEvent, StanzaEvent>,
  isWatched: boolean,
): string | undefined {
  switch (event.event) {
    case 'ready':
      return isWatched ? renderReady(event.jid) : undefined
    case 'disconnected':
      return renderDisconnected(String(event.error.message))
    case 'reconnected':
      return RECONNECTED
    case 'gap':
      return renderGap('Messages', event, terminalOf(process.stderr))
    case 'room-created':
      return renderNewRoom(event.persistent ? 'persistent' : 'temporary', event.room)
  }
}
