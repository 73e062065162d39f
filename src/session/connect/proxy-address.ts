/** Parses the address of a proxy: `http://[user:password@]host:port` or `socks5h://…`. */
import type {Socket} from 'node:net'
import {EXIT, Failure} from '../../errors.ts'
import type {Endpoint} from '../types.ts'

/** The credentials must not appear in a message. */
export interface ProxyAddress {
  kind: 'http' | 'socks5'
  host: string
  port: number
  user: string
  password: string
}

export type Target = Pick<Endpoint, 'host' | 'port'>

/** Makes the proxy forward its connection to the target. */
export type HandOver = (socket: Socket, proxy: ProxyAddress, target: Target) => Promise<void>

const KINDS: Record<string, ProxyAddress['kind']> = {
  'http:': 'http',
  'socks5:': 'socks5',
  'socks5h:': 'socks5',
}

export function parseProxy(uri: string): ProxyAddress {
  const text = uri.includes('://') ? uri : `http://${uri}` // like curl
  const url = URL.canParse(text) ? new URL(text) : undefined
  const kind = KINDS[url?.protocol ?? '']
  if (!url?.hostname || !kind) throw badProxy()
  try {
    return {
      kind,
      host: url.hostname.replace(/^\[(.+)\]$/, '$1'),
      port: Number(url.port || (kind === 'http' ? 80 : 1080)),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
    }
  } catch {
    throw badProxy() // an invalid "%"; the error itself could show the password
  }
}

function badProxy(): Failure {
  return new Failure(
    'bad-proxy',
    'The proxy is not http://[user:password@]host:port or socks5h://[user:password@]host:port',
    EXIT.config,
    {hint: 'Check --proxy, XMPP_PROXY, or ALL_PROXY and HTTPS_PROXY in the environment'},
  )
}
