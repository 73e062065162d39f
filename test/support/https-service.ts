/** A web server that stores uploads, unless a test replaces this. */
import type {IncomingMessage, ServerResponse} from 'node:http'
import https from 'node:https'
import {buffer} from 'node:stream/consumers'
import type {Pair} from './certificates.ts'
import {type LoopbackServer, listen} from './loopback.ts'

export interface HttpsService extends LoopbackServer {
  url(name: string): string
  /** The requests so far: `PUT /note.txt`. */
  readonly requests: string[]
  /** Their headers. */
  readonly headers: IncomingMessage['headers'][]
  readonly stored: Map<string, Buffer>
}

export interface HttpExchange {
  request: IncomingMessage
  response: ServerResponse
  /** Reads the body of an upload, and stores it. */
  store(): Promise<void>
}

/** Returns false if the service should store or serve the file itself. */
type Answer = (exchange: HttpExchange) => Promise<boolean> | boolean

export async function startHttpsService(
  pair: Pair,
  answer: Answer = () => false,
): Promise<HttpsService> {
  const stored = new Map<string, Buffer>()
  const requests: string[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = https.createServer({...pair}, async (request, response) => {
    const {method, url = ''} = request
    requests.push(`${method} ${url}`)
    headers.push(request.headers)
    request.on('error', () => {}) // the connection was cut
    const store = async (): Promise<void> => void stored.set(url, await buffer(request))
    if (await answer({request, response, store})) return
    if (method === 'PUT') {
      await store()
      response.writeHead(201).end()
      return
    }
    const content = stored.get(url)
    response.writeHead(content ? 200 : 404, {'content-length': content?.length ?? 0})
    response.end(method === 'HEAD' ? undefined : content)
  })
  const loopback = await listen(server)
  return Object.assign(Object.create(loopback) as LoopbackServer, {
    url: (name: string) => `https://localhost:${loopback.port}/${name}`,
    requests,
    stored,
    headers,
  })
}
