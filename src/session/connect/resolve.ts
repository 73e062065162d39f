/** The endpoints of a domain, in the order to try them: from the user, otherwise from DNS, otherwise the domain itself. */
import {Resolver} from 'node:dns/promises'
import {isIpAddress} from '../../ip-address.ts'
import {asciiHost} from '../../jid.ts'
import type {Endpoint} from '../types.ts'
import {parseServer} from './endpoint.ts'
import {discoverWebSocket} from './host-meta.ts'
import type {HttpsOptions} from './https.ts'
import {splitServers} from './server-order.ts'
import {resolveSrv, type SrvResolver} from './srv.ts'

/** A proxy resolves names itself; only host-meta is looked up, through the proxy. */
export interface ResolveOptions extends HttpsOptions {
  dns?: SrvResolver
}

/** Milliseconds; with two tries, a silent name server delays a run by five seconds in total. */
export const DNS_TIMEOUT = 1500

export async function resolve(
  domain: string,
  server: string | undefined,
  options: ResolveOptions,
): Promise<Endpoint[]> {
  options.signal.throwIfAborted()
  const servers = splitServers(server)
  if (servers.length > 0) return namedServers(servers, domain, options)

  const host = asciiHost(domain)
  if (isLocal(host)) return atDomain(host)
  // A local name server would learn the domain, and may not exist. A proxy cannot look up SRV records.
  if (options.proxy !== undefined) return atDomain(host)
  const dns = options.dns ?? new Resolver({timeout: DNS_TIMEOUT, tries: 2})
  const {endpoints, lookup} = await resolveSrv(host, {dns, signal: options.signal})
  if (endpoints.length > 0) return endpoints
  return atDomain(host).map((endpoint) => ({...endpoint, ...(lookup !== undefined && {lookup})}))
}

/** All addresses are checked before a WebSocket is looked up; one that is not found is left out if there are others. */
async function namedServers(
  servers: string[],
  domain: string,
  options: ResolveOptions,
): Promise<Endpoint[]> {
  const parsed = servers.map((uri) => ({
    server: uri,
    endpoint: DISCOVERED.test(uri) ? undefined : parseServer(uri),
  }))
  const lookups = await Promise.allSettled(
    parsed.map(async ({endpoint, server}) => {
      const found = endpoint ? [endpoint] : await discoverWebSocket(asciiHost(domain), options)
      return found.map((each) => ({...each, server}))
    }),
  )
  const endpoints = lookups.flatMap((lookup) => (lookup.status === 'fulfilled' ? lookup.value : []))
  const failed = lookups.find((lookup) => lookup.status === 'rejected')
  if (endpoints.length === 0 && failed) throw failed.reason
  return endpoints
}

/** `wss:` without an address: the WebSocket of the domain (XEP-0156). */
export const DISCOVERED = /^wss:(\/\/)?$/i

/** RFC 6761 §6.3: localhost must not be looked up by DNS. */
export const isLocal = (host: string): boolean => isIpAddress(host) || /(^|\.)localhost$/.test(host)

/** RFC 6120 §3.2.2: without SRV records, the domain is the host name. */
export function atDomain(host: string): Endpoint[] {
  return [
    {kind: 'tls', host, port: 5223},
    {kind: 'starttls', host, port: 5222},
  ]
}
