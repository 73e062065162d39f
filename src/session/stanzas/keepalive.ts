/** Whether a connection lives: one that says nothing is asked, and one that does not answer is given up. */
import {formatDuration} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {XmlStream} from '../stream/stream.ts'

/** In milliseconds. */
export interface KeepaliveTimes {
  /** How long nothing has to arrive until the other side is asked for a sign of life, */
  idleMs: number
  /** and how long to wait for it. */
  timeoutMs: number
}

/** Fails the stream of a dead connection: TCP itself would need a quarter of an hour to notice, or for ever. */
export class Keepalive {
  readonly #stream: XmlStream
  readonly #silence: KeepaliveTimes | undefined
  readonly #ask: () => void

  constructor(stream: XmlStream, silence: KeepaliveTimes | undefined, ask: () => void) {
    this.#stream = stream
    this.#silence = silence
    this.#ask = ask
  }

  /** Watches while we read: a silence of which we are the cause proves nothing. */
  async during<T>(reading: Promise<T>): Promise<T> {
    const silence = this.#silence
    if (!silence) return reading
    let timer = setTimeout(() => {
      this.#ask()
      timer = setTimeout(() => this.#stream.fail(silent(silence)), silence.timeoutMs)
    }, silence.idleMs)
    try {
      return await reading
    } finally {
      clearTimeout(timer)
    }
  }
}

function silent({idleMs: ask, timeoutMs: giveUp}: KeepaliveTimes): Failure {
  return new Failure(
    'connection-lost',
    `The server has said nothing for ${formatDuration(ask + giveUp)}`,
    EXIT.temporary,
    {stage: 'request'},
  )
}
