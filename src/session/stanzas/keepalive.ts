/** Detects a dead connection: probes the server after a silence, and fails the stream without an answer. */
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {XmlStream} from '../stream/stream.ts'

/** In milliseconds. */
export interface KeepaliveTimes {
  /** The silence after which the server is probed. */
  idleMs: number
  /** The time to wait for its answer. */
  timeoutMs: number
}

/** Fails the stream of a dead connection: TCP itself notices after 15 minutes, or never. */
export class Keepalive {
  readonly #stream: XmlStream
  readonly #times: KeepaliveTimes | undefined
  readonly #probe: () => void

  constructor(stream: XmlStream, times: KeepaliveTimes | undefined, probe: () => void) {
    this.#stream = stream
    this.#times = times
    this.#probe = probe
  }

  /** Watches only during a read: while the client does not read, silence proves nothing. */
  async during<T>(reading: Promise<T>): Promise<T> {
    const times = this.#times
    if (!times) return reading
    let timer = setTimeout(() => {
      this.#probe()
      timer = setTimeout(() => this.#stream.fail(silenceFailure(times)), times.timeoutMs)
    }, times.idleMs)
    try {
      return await reading
    } finally {
      clearTimeout(timer)
    }
  }
}

function silenceFailure({idleMs: ask, timeoutMs: giveUp}: KeepaliveTimes): Failure {
  return new Failure(
    'connection-lost',
    `The server has said nothing for ${formatDuration(ask + giveUp)}`,
    EXIT.temporary,
    {stage: 'request'},
  )
}
