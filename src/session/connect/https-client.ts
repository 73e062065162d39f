/** RFC 9110: HTTP Semantics <https://www.rfc-editor.org/rfc/rfc9110>: requests that stream, each on a connection of its own. */
import {once} from 'node:events'
import http, {type ClientRequest, type IncomingMessage} from 'node:http'
import {PassThrough, pipeline, type Readable} from 'node:stream'
import type {TLSSocket} from 'node:tls'
import {formatLimit} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import type {HttpClient, HttpRequest, HttpResponse} from '../../http.ts'
import type {Trust} from '../types.ts'
import {connectHttps, portOf} from './https.ts'

const NOT_REACHED = ['connection-failed', 'dns-failed', 'host-not-found']

/** A transfer that moves no byte for so long has failed. */
const IDLE_MS = 30_000

export interface HttpClientOptions {
  trust: Pick<Trust, 'ca' | 'insecure'>
  /** The proxy for a host. */
  proxyFor(host: string, port: number): string | undefined
  /** Milliseconds to open a connection. */
  connectTimeout: number
}

export function newHttpClient(options: HttpClientOptions): HttpClient {
  return {
    async request(request) {
      const socket = await connect(request, options)
      socket.setTimeout(IDLE_MS, () => socket.destroy(idleFailure(request.url)))
      const headers = {'user-agent': 'xmpp-cli', ...request.headers}
      return exchange({...request, headers}, socket)
    },
  }
}

async function connect(
  {signal, url}: HttpRequest,
  {connectTimeout, proxyFor, trust}: HttpClientOptions,
): Promise<TLSSocket> {
  const limit = new AbortController()
  const late = setTimeout(() => limit.abort(slowFailure(url, connectTimeout)), connectTimeout)
  try {
    const proxy = proxyFor(url.hostname, portOf(url))
    return await connectHttps(url, {
      ...{proxy, trust},
      signal: AbortSignal.any([signal, limit.signal]),
    })
  } catch (error) {
    // The hint of a connection names a flag for XMPP servers.
    if (!(error instanceof Failure) || !NOT_REACHED.includes(error.code)) throw error
    throw error.with({hint: 'Check the address and the network'})
  } finally {
    clearTimeout(late)
  }
}

/** Sends one request on a connection of its own. */
export async function exchange(
  {body, headers, method, signal, url}: HttpRequest,
  socket: TLSSocket,
): Promise<HttpResponse> {
  const request = http.request({
    method,
    path: url.pathname + url.search,
    headers: {
      host: url.host,
      ...(body && {'content-length': String(body.size)}),
      ...headers,
    },
    createConnection: () => socket, // ignored when `agent` is set, even to `false`
    signal,
  })
  let written = 0
  body?.stream.on('data', (chunk: Buffer) => {
    written += chunk.length
  })
  try {
    const response = await send(request, body)
    return {
      status: response.statusCode ?? 0,
      reason: response.statusMessage ?? '',
      headers: response.headers,
      body: bodyOf(response, url, signal),
    }
  } catch (error) {
    socket.destroy()
    body?.stream.destroy()
    signal.throwIfAborted()
    if (error instanceof Failure && error !== socket.errored) throw error // of the body
    throw lost(url, error, body !== undefined && written >= body.size)
  }
}

/** A server may refuse the request before it has read the whole body. */
async function send(request: ClientRequest, body: HttpRequest['body']): Promise<IncomingMessage> {
  const answered = once(request, 'response') as Promise<[IncomingMessage]>
  if (body) {
    body.stream.once('error', (error) => request.destroy(error))
    body.stream.pipe(request)
  } else request.end()
  const [response] = await answered
  request.on('error', () => {}) // while it sends a body that the server refuses
  body?.stream.destroy()
  return response
}

/** The body of an answer, with a `Failure` in place of an error of Node. */
function bodyOf(response: IncomingMessage, url: URL, signal: AbortSignal): Readable {
  const body = new PassThrough({
    destroy(error, done) {
      response.destroy()
      const cause = response.socket.errored ?? error
      done(error && (signal.aborted ? signal.reason : lost(url, cause, false)))
    },
  })
  pipeline(response, body, () => {}) // the body has the same error
  return body
}

function lost(url: URL, cause: unknown, sent: boolean): Failure {
  if (cause instanceof Failure && !sent) return cause
  const reason = cause instanceof Failure ? 'sent no answer' : 'closed the connection'
  const {host} = url
  return sent
    ? new Failure('unknown-outcome', `${host} ${reason} after the upload`, EXIT.unknownOutcome, {
        ...{stage: 'request', cause},
        hint: 'The file may be stored there. Check before you try again',
      })
    : new Failure('connection-lost', `${host} closed the connection`, EXIT.temporary, {
        ...{stage: 'request', cause},
      })
}

const idleFailure = ({host}: URL): Failure =>
  new Failure('timeout', `No data to or from ${host} for ${formatLimit(IDLE_MS)}`, EXIT.temporary, {
    stage: 'request',
  })

const slowFailure = ({host}: URL, limit: number): Failure =>
  new Failure('timeout', `${host} did not answer within ${formatLimit(limit)}`, EXIT.temporary, {
    stage: 'connect',
  })
