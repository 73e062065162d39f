/** Looks up the names and addresses of a domain's server (RFC 6120 §3.2, XEP-0368, XEP-0156). */
import {lookup, Resolver} from 'node:dns/promises'
import {addAbortListener} from 'node:events'
import {isIpv6Address} from '../../ip-address.ts'
import {asciiHost} from '../../jid.ts'
import type {DnsReport, HostAddresses, SrvLookup} from '../../server-report.ts'
import {discoverWebSocket} from '../connect/host-meta.ts'
import {DNS_TIMEOUT, isLocal} from '../connect/resolve.ts'
import {querySrv, type SrvAnswer, type SrvResolver} from '../connect/srv.ts'
import type {Account} from '../types.ts'

/** Undefined if the session does not use DNS: with --server, a proxy, or a local domain. */
export async function probeDns(
  {jid, proxy, server, trust}: Account,
  {dns, signal}: {dns?: SrvResolver | undefined; signal: AbortSignal},
): Promise<DnsReport | undefined> {
  const domain = asciiHost(jid.domain)
  if (proxy !== undefined || server !== undefined || isLocal(domain)) return undefined
  const resolver = dns ?? new Resolver({timeout: DNS_TIMEOUT, tries: 2})
  const webSockets = discoverWebSocket(domain, {signal, trust}).catch(() => []) // optional
  const srv = (await querySrv(resolver, domain)).map(describeAnswer)
  const targets = srv.flatMap(({records}) => records.map(({host}) => host)).filter(Boolean)
  const hosts = [...new Set(targets.length > 0 ? targets : [domain])]
  const addresses = await Promise.all(hosts.map((host) => lookUpAddresses(host, signal)))
  const urls = (await webSockets).flatMap(({url}) => url ?? [])
  return {srv, hosts: addresses, webSockets: urls}
}

function describeAnswer({error, kind, records}: SrvAnswer): SrvLookup {
  const found = records.map(({name, port, priority, weight}) => ({
    ...{host: name === '.' ? '' : name, port, priority, weight},
  }))
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return {kind, records: found, error: error === undefined ? null : (code ?? String(error))}
}

/** Rejects with the reason of the signal, because a lookup of the system cannot be cancelled. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
  })
  using _ = addAbortListener(signal, abort)
  return await Promise.race([work, aborted])
}

/** A name without addresses has none of either kind. */
async function lookUpAddresses(host: string, signal: AbortSignal): Promise<HostAddresses> {
  const found = await untilAborted(lookup(host, {all: true}), signal).catch(() => [])
  const addresses = found.map(({address}) => address)
  return {
    host,
    ipv4: addresses.filter((address) => !isIpv6Address(address)),
    ipv6: addresses.filter((address) => isIpv6Address(address)),
  }
}
