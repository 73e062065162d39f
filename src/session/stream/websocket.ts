/** RFC 7395: XMPP over WebSocket <https://www.rfc-editor.org/rfc/rfc7395> */
import type {TLSSocket} from 'node:tls'
import WebSocket from 'ws'
import {EXIT, Failure} from '../../errors.ts'
import {connectionLost, tooLarge} from './stream-errors.ts'
import {MAX_CHARACTERS} from './stream-limits.ts'
import {flushed, type Transport} from './transport.ts'

const TOO_LARGE = 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH'

/** Opens a WebSocket on a connection whose TLS was verified by tls.ts. */
export async function webSocketTransport(
  tls: TLSSocket,
  url: string,
  signal: AbortSignal,
): Promise<Transport> {
  const socket = new WebSocket(url, 'xmpp', {
    createConnection: () => tls,
    maxRedirects: 0,
    maxPayload: MAX_CHARACTERS,
    perMessageDeflate: false,
    autoPong: false, // ws answers every ping, and ends the connection when too many answers are queued
    signal, // of the HTTP request
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('unexpected-response', (request, {statusCode = 0, statusMessage = ''}) => {
      request.destroy()
      reject(refused(url, statusCode, statusMessage))
    })
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      reject(signal.aborted ? signal.reason : brokenOff(url, cause)),
    )
  })
  if (socket.protocol !== 'xmpp') {
    socket.terminate()
    throw noWebSocket(url, new Error('it did not agree to the xmpp subprotocol'))
  }
  return toTransport(socket, tls)
}

/** Sends one pong at a time; of the pings that arrive meanwhile, answers the newest (RFC 6455 §5.5.3). */
function answerPings(socket: WebSocket): void {
  let newest: Buffer | undefined
  let answering = false
  const answer = (): void => {
    answering = newest !== undefined && socket.readyState === WebSocket.OPEN
    if (answering) socket.pong(newest, true, answer)
    newest = undefined
  }
  socket.on('ping', (data: Buffer) => {
    newest = data
    if (!answering) answer()
  })
}

function toTransport(socket: WebSocket, tls: TLSSocket): Transport {
  let failed: Error | undefined
  answerPings(socket)
  return {
    framing: 'message',
    get destroyed() {
      return socket.readyState >= WebSocket.CLOSING
    },
    listen(onText, onEnd) {
      socket.on('message', (data: Buffer) => onText(data.toString()))
      socket.on('error', (error: NodeJS.ErrnoException) => {
        failed = error.code === TOO_LARGE ? tooLarge('request') : error
      })
      socket.on('close', () => onEnd(failed))
    },
    write(parts) {
      tls.cork() // sends all frames in one write
      const sent = parts.map(
        (part) => new Promise<void>((resolve) => socket.send(part, () => resolve())),
      )
      tls.uncork()
      return Promise.all(sent).then(() => {})
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () =>
      flushed((done) => {
        socket.once('close', done)
        socket.close(1000)
        tls.write('', done)
      }),
    destroy: () => socket.terminate(),
  }
}

/** A status of 500 or more means that the XMPP server behind the web server is temporarily down; others are permanent. */
function refused(url: string, status: number, reason: string): Failure {
  const cause = new Error(`${status} ${reason}`.trim())
  return status >= 500
    ? new Failure(
        'websocket-unavailable',
        `The web server at ${url} cannot reach its XMPP server at the moment`,
        EXIT.temporary,
        {stage: 'connect', text: cause.message},
      )
    : noWebSocket(url, cause)
}

const LOST = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT']

function brokenOff(url: string, cause: NodeJS.ErrnoException): Failure {
  return LOST.includes(cause.code ?? '')
    ? connectionLost('connect', cause)
    : noWebSocket(url, cause)
}

function noWebSocket(url: string, cause: Error): Failure {
  return new Failure('no-websocket', `${url} is not an XMPP WebSocket`, EXIT.protocol, {
    stage: 'connect',
    text: cause.message,
    cause,
  })
}
