/** Carries text over a TCP socket (RFC 6120 §3) or in WebSocket messages (RFC 7395 §3). */
import type {Socket} from 'node:net'
import {StringDecoder} from 'node:string_decoder'

export interface Transport {
  /** `message`: each text is one complete element; `stream`: a text can end anywhere in an element. */
  readonly framing: 'stream' | 'message'
  readonly destroyed: boolean
  listen(onText: (text: string) => void, onEnd: (error?: Error) => void): void
  /** Sends all parts in one write. Resolves when the transport can take more. */
  write(parts: string[]): Promise<void>
  pause(): void
  resume(): void
  /** Flushes and closes this side, without waiting for the peer to close. */
  end(): Promise<void>
  destroy(): void
}

// Enough for the last write on a slow connection.
const FLUSH_MS = 2000

/** Resolves when `close` calls back, or after a limit: a peer that does not read must not delay the exit. */
export function flushed(close: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, FLUSH_MS)
    close(() => {
      clearTimeout(limit)
      resolve()
    })
  })
}

export interface TcpTransport extends Transport {
  /** Detaches from the socket, for example for TLS; false when unread data had arrived. */
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
  /** Shared by all writes that wait for the full socket. */
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
      if (!socket.destroyed) await flushed((done) => socket.once('close', done).end(done))
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
