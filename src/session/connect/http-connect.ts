/** RFC 9110 §9.3.6: CONNECT <https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6> */
import {once} from 'node:events'
import type {IncomingMessage} from 'node:http'
import type {Socket} from 'node:net'
import {uriHost} from '../../ip-address.ts'
import type {HandOver} from './proxy-address.ts'
import {proxyFailure} from './proxy-errors.ts'

/** Loaded only when needed, because most runs use no HTTP proxy. */
export async function loadHttp(): Promise<HandOver> {
  const http = await import('node:http')
  return async (socket, {password, user}, target) => {
    const path = `${uriHost(target.host)}:${target.port}`
    const credentials = Buffer.from(`${user}:${password}`).toString('base64')
    const request = http.request({
      method: 'CONNECT',
      path,
      headers: {host: path, ...(user && {'proxy-authorization': `Basic ${credentials}`})},
      createConnection: () => socket,
    })
    request.end()
    const answered = once(request, 'connect') as Promise<[IncomingMessage, Socket, Buffer]>
    const [response, , early] = await answered.catch((cause: unknown) => {
      throw proxyFailure('broken', target, {cause})
    })
    const {statusCode = 0, statusMessage = ''} = response
    if (statusCode < 200 || statusCode > 299) {
      throw proxyFailure(refusal(response), target, {text: `${statusCode} ${statusMessage}`.trim()})
    }
    if (early.length > 0) socket.unshift(early)
  }
}

function refusal({statusCode, headers}: IncomingMessage): Parameters<typeof proxyFailure>[0] {
  if (statusCode === 407) return 'auth'
  // RFC 9209 §2.3.2: the reason of a gateway for its status 502
  const reason = headers['proxy-status'] ?? ''
  if (statusCode === 404 || /\berror=dns_error\b/.test(String(reason))) return 'host-not-found'
  return statusCode === 403 || statusCode === 405 ? 'forbidden' : 'unreachable'
}
