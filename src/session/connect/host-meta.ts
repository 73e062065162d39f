/** XEP-0156: Discovering Alternative XMPP Connection Methods <https://xmpp.org/extensions/xep-0156.html> */
import {EXIT, Failure} from '../../errors.ts'
import type {HttpResponse} from '../../http.ts'
import {uriHost} from '../../ip-address.ts'
import {Parser} from '../../xml.ts'
import type {Endpoint} from '../types.ts'
import {parseWebSocketUrl} from './endpoint.ts'
import {connectHttps, type HttpsOptions} from './https.ts'

const REL_WEBSOCKET = 'urn:xmpp:alt-connections:websocket'
const MAX_REDIRECTS = 3
const MAX_BODY = 256 * 1024

/** The WebSocket endpoints a domain announces, from the JSON document or else the XML one. */
export async function discoverWebSocket(
  domain: string,
  options: HttpsOptions,
): Promise<Endpoint[]> {
  const base = `https://${uriHost(domain)}/.well-known/host-meta`
  for (const [url, parse] of [
    [`${base}.json`, parseJrd],
    [base, parseXrd],
  ] as const) {
    const document = await fetchText(new URL(url), options)
    const endpoints = document === undefined ? [] : parse(document)
    if (endpoints.length > 0) return endpoints
  }
  throw new Failure(
    'no-websocket',
    `${domain} announces no WebSocket endpoint in its host-meta document`,
    EXIT.noHost,
    {stage: 'resolve', hint: 'Name it with --server wss://host/path'},
  )
}

/** RFC 6415 appendix A: links of the JSON form. Invalid entries are ignored. */
export function parseJrd(text: string): Endpoint[] {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    return [] // many sites answer every path with an HTML page; the XML form is requested next
  }
  const links: unknown = (document as {links?: unknown} | null)?.links
  return Array.isArray(links) ? links.flatMap((link) => endpointOf(link?.rel, link?.href)) : []
}

/** RFC 6415 §3: links of the XML form. */
export function parseXrd(text: string): Endpoint[] {
  const endpoints: Endpoint[] = []
  const parser = new Parser()
  parser.on('element', (child) => {
    if (child.getName() === 'Link') endpoints.push(...endpointOf(child.attrs.rel, child.attrs.href))
  })
  parser.on('error', () => {}) // the links before the error are used
  parser.write(text)
  return endpoints
}

function endpointOf(rel: unknown, href: unknown): Endpoint[] {
  if (rel !== REL_WEBSOCKET || typeof href !== 'string') return []
  const endpoint = parseWebSocketUrl(href)
  return endpoint ? [endpoint] : []
}

/** The body of a GET, following HTTPS redirects only; undefined when the document does not exist. */
async function fetchText(start: URL, options: HttpsOptions): Promise<string | undefined> {
  let url = start
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const {body, headers, status} = await get(url, options)
    if (status === 200)
      return readText(body).catch((error) => {
        options.signal.throwIfAborted()
        throw unavailable(url, 'interrupted its answer', error)
      })
    body.destroy()
    if (status >= 500) throw unavailable(url, `answered with status ${status}`)
    const {location} = headers
    if (status < 300 || status >= 400 || !location) return
    if (!URL.canParse(location, url.href)) return
    url = new URL(location, url)
    if (url.protocol !== 'https:') return
  }
  return
}

async function get(url: URL, {signal, proxy, trust}: HttpsOptions): Promise<HttpResponse> {
  const {exchange} = await import('./https-client.ts') // few runs need it
  const socket = await connectHttps(url, {signal, proxy, trust})
  const headers = {accept: 'application/jrd+json, application/xrd+xml'}
  return exchange({method: 'GET', url, headers, signal}, socket).catch((error: unknown) => {
    signal.throwIfAborted()
    throw unavailable(url, 'did not answer', error)
  })
}

async function readText(body: HttpResponse['body']): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BODY) break // leaving the loop destroys the body
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function unavailable(url: URL, what: string, cause?: unknown): Failure {
  const message = `The web server of ${url.host} ${what} to the request for its host-meta document`
  return new Failure('host-meta-failed', message, EXIT.temporary, {
    stage: 'resolve',
    hint: 'Name the endpoint with --server wss://host/path',
    cause,
  })
}
