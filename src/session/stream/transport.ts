/** How text travels: over a socket (RFC 6120 §3), or in WebSocket messages (RFC 7395 §3). */
import type {Socket} from 'node:net'
import {StringDecoder} from 'node:string_decoder'

export interface Transport {
  /** `message`: each text is one whole element; `stream`: text may break anywhere. */
  readonly framing: 'stream' | 'message'
  readonly destroyed: boolean
  listen(onText: (text: string) => void, onEnd: (error?: Error) => void): void
  /** One flight: the parts leave in one write. Resolves when there is room for more. */
  write(parts: string[]): Promise<void>
  pause(): void
  resume(): void
  /** Flushes, says goodbye to the peer's transport, and does not wait for its goodbye. */
  end(): Promise<void>
  destroy(): void
}

// Long enough for a last flight on a slow line; a peer that reads nothing must not keep us.
const FLUSH_MS = 2000

export interface TcpTransport extends Transport {
  /** Gives the socket back to whoever goes on with it; false when more had come than was read. */
  release(): boolean
}

export function tcpTransport(socket: Socket): TcpTransport {
  const decoder = new StringDecoder('utf8') // a segment may cut a character in two
  let failed: Error | undefined
  let end: ((error?: Error) => void) | undefined
  const onError = (error: Error): void => {
    failed = error
  }
  const onClose = (): void => end?.(failed)
  const onFin = (): void => end?.()
  let onData: ((bytes: Buffer) => void) | undefined
  /** Shared by all writes that the full socket keeps waiting. */
  let drained: Promise<void> | undefined
  return {
    framing: 'stream',
    get destroyed() {
      return socket.destroyed
    },
    listen(onText, onEnd) {
      end = onEnd
      onData = (bytes) => onText(decoder.write(bytes))
      socket.on('error', onError).on('close', onClose).on('end', onFin).on('data', onData)
    },
    write(parts) {
      if (socket.write(parts.join('')) || socket.destroyed) return Promise.resolve()
      drained ??= new Promise((resolve) => {
        const done = (): void => {
          socket.off('drain', done).off('close', done)
          drained = undefined
          resolve()
        }
        socket.on('drain', done).on('close', done)
      })
      return drained
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    async end() {
      if (socket.destroyed) return
      await new Promise<void>((resolve) => {
        const limit = setTimeout(resolve, FLUSH_MS)
        const done = (): void => {
          clearTimeout(limit)
          resolve()
        }
        socket.once('close', done)
        socket.end(done)
      })
    },
    destroy: () => void socket.destroy(),
    release() {
      if (onData) socket.off('data', onData)
      socket.off('error', onError).off('close', onClose).off('end', onFin)
      socket.pause()
      return socket.readableLength === 0
    },
  }
}
