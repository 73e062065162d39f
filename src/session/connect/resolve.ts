/** The endpoints of a domain, in the order to try them: from the user, otherwise from DNS, otherwise the domain itself. */
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
  /** The proxy resolves names itself; only host-meta is looked up, through the proxy. */
  proxy?: string
  trust?: Pick<Trust, 'ca' | 'insecure'>
}

/** Milliseconds; with two tries, a silent name server delays a run by five seconds in total. */
export const DNS_TIMEOUT = 1500

export async function resolve(
  domain: string,
  server: string | undefined,
  options: ResolveOptions,
): Promise<Endpoint[]> {
  options.signal.throwIfAborted()
  if (server && /^wss:(\/\/)?$/i.test(server)) return discoverWebSocket(asciiHost(domain), options)
  if (server) return [parseServer(server)]

  const host = asciiHost(domain)
  if (isLocal(host)) return atDomain(host)
  // A local name server would learn the domain, and may not exist. A proxy cannot look up SRV records.
  if (options.proxy !== undefined) return atDomain(host)
  const dns = options.dns ?? new Resolver({timeout: DNS_TIMEOUT, tries: 2})
  const {endpoints, lookup} = await resolveSrv(host, {dns, signal: options.signal})
  if (endpoints.length > 0) return endpoints
  return atDomain(host).map((endpoint) => ({...endpoint, ...(lookup !== undefined && {lookup})}))
}

/** RFC 6761 §6.3: localhost must not be looked up by DNS. */
export const isLocal = (host: string): boolean => isIP(host) !== 0 || /(^|\.)localhost$/.test(host)

/** RFC 6120 §3.2.2: without SRV records, the domain is the host name. */
export function atDomain(host: string): Endpoint[] {
  return [
    {kind: 'tls', host, port: 5223},
    {kind: 'starttls', host, port: 5222},
  ]
}
