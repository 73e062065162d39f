/** Detects a dead connection: probes the server after a silence, and fails the stream without an answer. */
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {Element} from '../../xml.ts'
import type {XmlStream} from '../stream/stream.ts'

/** In milliseconds. */
export interface KeepaliveTimes {
  /** The silence after which the server is probed. */
  idleMs: number
  /** The time to wait for its answer. */
  timeoutMs: number
}

/**
 * Reads the next element, and fails the stream of a dead connection: TCP itself notices after 15 minutes, or never. Watches
 * only during a read: while the client does not read, silence proves nothing.
 */
export async function readWatched(
  stream: XmlStream,
  {idleMs, timeoutMs}: KeepaliveTimes,
  probe: () => void,
): Promise<Element> {
  let timer = setTimeout(() => {
    probe()
    timer = setTimeout(() => stream.fail(silenceFailure(idleMs + timeoutMs)), timeoutMs)
  }, idleMs)
  try {
    return await stream.read()
  } finally {
    clearTimeout(timer)
  }
}

function silenceFailure(silence: number): Failure {
  const message = `The server has said nothing for ${formatDuration(silence)}`
  return new Failure('connection-lost', message, EXIT.temporary, {stage: 'request'})
}
