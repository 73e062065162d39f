/** RFC 1928: SOCKS Protocol Version 5 <https://www.rfc-editor.org/rfc/rfc1928> */
import type {HandOver} from './proxy-address.ts'
import {proxyFailure} from './proxy-errors.ts'

/** Loaded only when needed, because most runs use no SOCKS proxy. */
export async function loadSocks(): Promise<HandOver> {
  const {SocksClient} = await import('./socks-client.ts')
  return async (socket, {host, port, user, password}, target) => {
    try {
      await SocksClient.createConnection({
        command: 'connect',
        destination: {host: target.host, port: target.port},
        existing_socket: socket,
        proxy: {host, port, type: 5, ...(user && {userId: user, password})},
      })
    } catch (error) {
      // not attached as the cause: causes are printed, and this error contains the password of the proxy
      const {message: text} = error as Error
      throw proxyFailure(refusal(text), target, {text})
    }
  }
}

/** The library reports the reply codes of RFC 1928 §6 only as text. */
function refusal(text: string): Parameters<typeof proxyFailure>[0] {
  if (/Authentication failed|no accepted authentication/.test(text)) return 'auth'
  if (/rejected connection - NotAllowed/.test(text)) return 'forbidden'
  return /rejected connection/.test(text) ? 'unreachable' : 'broken'
}
