/** Collects the facts about all endpoints of a server at the same time. */
import {networkInterfaces} from 'node:os'
import type {SecureContext} from 'node:tls'
import {formatLimit} from '../../duration.ts'
import {EXIT, Failure} from '../../errors.ts'
import {asciiHost} from '../../jid.ts'
import type {DnsReport, ServerReport} from '../../server-report.ts'
import {atDomain, resolve} from '../connect/resolve.ts'
import type {SrvResolver} from '../connect/srv.ts'
import {type TraceSink, traceTo} from '../stream/trace.ts'
import {checkTrust, secureContext} from '../tls/tls.ts'
import type {Account, Endpoint} from '../types.ts'
import {probeDns} from './probe-dns.ts'
import {probeEndpoint} from './probe-endpoint.ts'

export interface ProbeOptions {
  /** Whether to connect to the endpoints; without them, only DNS is asked. */
  endpoints: boolean
  /** Ends the whole run. */
  signal: AbortSignal
  /** Milliseconds for each endpoint. */
  timeout: number
  trace: TraceSink
  /** Other than the name servers of the system in tests only. */
  dns?: SrvResolver
}

export async function probeServer(account: Account, options: ProbeOptions): Promise<ServerReport> {
  const {server, trust} = account
  checkTrust(trust)
  const trace = traceTo(options.trace)
  const signal = limitedBy(options.timeout, options.signal)
  const dns = await probeDns(account, {dns: options.dns, signal})
  options.signal.throwIfAborted()
  const announced = dns ? announcedIn(dns) : []
  const isAnnounced = announced.length > 0 || server !== undefined
  if (!options.endpoints) return {dns, endpoints: []}
  const named = isAnnounced && dns ? announced : await namedEndpoints(account, dns, signal)
  const endpoints = named.flatMap((endpoint) => eachAddress(endpoint, dns))
  let made: SecureContext | undefined
  const context = {
    ...{announced: isAnnounced, signal: limitedBy(options.timeout, options.signal), trace},
    secureContext: () => (made ??= secureContext(trust)),
  }
  const reports = await Promise.all(
    endpoints.map((endpoint) => probeEndpoint(endpoint, account, context)),
  )
  options.signal.throwIfAborted()
  return {dns, endpoints: reports}
}

/** A target of "." means that the service is not available. */
const announcedIn = ({srv}: DnsReport): Endpoint[] =>
  srv.flatMap(({kind, records}) =>
    records.filter(({host}) => host !== '').map(({host, port}) => ({kind, host, port})),
  )

function namedEndpoints(
  {jid, proxy, server, trust}: Account,
  dns: DnsReport | undefined,
  signal: AbortSignal,
): Promise<Endpoint[]> | Endpoint[] {
  const refused = dns?.srv.some(({records}) => records.length > 0)
  if (refused) return []
  if (dns) return atDomain(asciiHost(jid.domain))
  return resolve(jid.domain, server, {signal, trust, proxy})
}

/** Clients try one address after another: each of them has to work. */
function eachAddress(endpoint: Endpoint, dns: DnsReport | undefined): Endpoint[] {
  const {host: name} = endpoint
  const {ipv4 = [], ipv6 = []} = dns?.hosts.find(({host}) => host === name) ?? {}
  const addresses = [...ipv6.filter((address) => address === '::1' || hasIPv6()), ...ipv4]
  return addresses.length > 1 ? addresses.map((host) => ({...endpoint, host, name})) : [endpoint]
}

/** Whether this machine has an IPv6 address that other networks can answer. */
const hasIPv6 = (): boolean =>
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .some(({address, family, internal}) => {
      return family === 'IPv6' && !internal && !address.startsWith('fe80:')
    })

function limitedBy(timeout: number, signal: AbortSignal): AbortSignal {
  const over = new AbortController()
  const message = `The server did not answer within ${formatLimit(timeout)}`
  const failure = new Failure('timeout', message, EXIT.temporary, {stage: 'connect'})
  setTimeout(() => over.abort(failure), timeout).unref()
  return AbortSignal.any([signal, over.signal])
}
