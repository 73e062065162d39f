/** From a domain to the endpoints to try, in order: what the user named, else what DNS says, else the domain. */
import {Resolver} from 'node:dns/promises'
import {isIP} from 'node:net'
import {asciiHost} from '../../jid.ts'
import type {Endpoint, Trust} from '../types.ts'
import {parseServer} from './endpoint.ts'
import {discoverWebSocket} from './host-meta.ts'
import {resolveSrv, type SrvResolver} from './srv.ts'

export interface ResolveOptions {
  signal: AbortSignal
  dns?: SrvResolver
  /** Looks names up itself; the one lookup of ours that is left is host-meta, over a connection that it makes. */
  proxy?: string
  trust?: Pick<Trust, 'ca' | 'insecure'>
}

/** Milliseconds; with two tries a silent name server holds a run up for five seconds in all. */
const DNS_TIMEOUT = 1500

export async function resolve(
  domain: string,
  server: string | undefined,
  options: ResolveOptions,
): Promise<Endpoint[]> {
  options.signal.throwIfAborted()
  if (server && /^wss:(\/\/)?$/i.test(server)) return discoverWebSocket(asciiHost(domain), options)
  if (server) return [parseServer(server)]

  const host = asciiHost(domain)
  // RFC 6761 §6.3: localhost is no business of a name server
  if (isIP(host) || /(^|\.)localhost$/.test(host)) return atDomain(host)
  // A name server on this side would learn whom we talk to, and there may be none. Proxies have no SRV records to give.
  if (options.proxy !== undefined) return atDomain(host)
  const dns = options.dns ?? new Resolver({timeout: DNS_TIMEOUT, tries: 2})
  const {endpoints, lookup} = await resolveSrv(host, {dns, signal: options.signal})
  if (endpoints.length > 0) return endpoints
  return atDomain(host).map((endpoint) => ({...endpoint, ...(lookup !== undefined && {lookup})}))
}

/** RFC 6120 §3.2.2: without SRV records the domain is the host. */
function atDomain(host: string): Endpoint[] {
  return [
    {kind: 'tls', host, port: 5223},
    {kind: 'starttls', host, port: 5222},
  ]
}
