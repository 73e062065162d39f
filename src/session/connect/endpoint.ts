/** Parses the address of a server as the user writes it: `xmpp://`, `xmpps://` or `wss://`. */
import {isIP} from 'node:net'
import {EXIT, Failure} from '../../errors.ts'
import {asciiHost} from '../../jid.ts'
import type {Endpoint} from '../types.ts'

const FORMS = 'xmpp://host[:port], xmpps://host[:port] or wss://host[:port]/path'
const HINT =
  'Leave the server out to find it by DNS, or write "wss:" to find its WebSocket by HTTPS'
/** A host with or without a port. */
const BARE_HOST = /^(\[[^\]]+\]|[^/:@?#[\]\s]+)(:\d{1,5})?$/
const TCP_URI = /^(xmpps?):\/\/(\[[^\]]+\]|[^/:@?#[\]\s]+)(?::(\d{1,5}))?\/?$/i

export function parseServer(uri: string): Endpoint {
  const [, scheme, host, port] = TCP_URI.exec(uri) ?? []
  if (scheme && host) return tcpEndpoint(uri, scheme.toLowerCase(), host, port)
  if (/^wss:\/\//i.test(uri)) return webSocketEndpoint(uri)
  if (/^(ws|http):/i.test(uri)) {
    throw badServer(uri, 'is not encrypted, and this client connects only with encryption')
  }
  throw badServer(
    uri,
    'is not the address of a server',
    BARE_HOST.test(uri) ? withScheme(uri) : HINT,
  )
}

/** Parses an untrusted `wss:` URL; undefined when it is not a valid one. */
export function parseWebSocketUrl(text: string): Endpoint | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'wss:' || url.username || url.password || url.hash) return
  return {kind: 'wss', host: asciiHost(url.hostname), port: Number(url.port || 443), url: url.href}
}

function tcpEndpoint(uri: string, scheme: string, name: string, digits?: string): Endpoint {
  const kind = scheme === 'xmpps' ? 'tls' : 'starttls'
  const host = asciiHost(name)
  const port = Number(digits ?? (kind === 'tls' ? 5223 : 5222))
  if (port < 1 || port > 65_535) throw badServer(uri, 'has no valid port')
  if (name.startsWith('[') && isIP(host) !== 6) throw badServer(uri, 'has no valid IPv6 address')
  return {kind, host, port}
}

function webSocketEndpoint(uri: string): Endpoint {
  const endpoint = parseWebSocketUrl(uri)
  if (!endpoint) throw badServer(uri, 'is not the URL of a WebSocket')
  return endpoint
}

const withScheme = (host: string): string =>
  `Write xmpp://${host} (STARTTLS) or xmpps://${host} (TLS from the start)`

function badServer(uri: string, what: string, hint = HINT): Failure {
  const shown = uri.replace(/\/\/.*@/, '//…@') // the user part may contain a password
  return new Failure('bad-server', `"${shown}" ${what}: use ${FORMS}`, EXIT.usage, {hint})
}
