/**
 * RFC 6120 §3.2: Resolution of Fully Qualified Domain Names, by SRV records (RFC 2782)
 * <https://www.rfc-editor.org/rfc/rfc6120#section-3.2>, with those of
 * XEP-0368: SRV records for XMPP over TLS <https://xmpp.org/extensions/xep-0368.html>
 */
import type {SrvRecord} from 'node:dns'
import type {Resolver} from 'node:dns/promises'
import {addAbortListener} from 'node:events'
import {EXIT, Failure} from '../../errors.ts'
import {notOffered} from '../../server-report.ts'
import type {Endpoint} from '../types.ts'

export type SrvResolver = Pick<Resolver, 'resolveSrv' | 'cancel'>

export interface SrvAnswer {
  kind: 'tls' | 'starttls'
  records: SrvRecord[]
  error?: unknown
}

/**
 * The endpoints of a domain, in the order to try them. Empty when the domain has no SRV records, or when the lookup
 * failed: then `lookup` is the error.
 */
export async function resolveSrv(
  domain: string,
  {dns, signal}: {dns: SrvResolver; signal: AbortSignal},
): Promise<{endpoints: Endpoint[]; lookup?: unknown}> {
  using _ = addAbortListener(signal, () => dns.cancel()) // an abandoned query would keep the process alive
  const answers = await querySrv(dns, domain)
  signal.throwIfAborted()

  const records = answers.flatMap(({kind, records}) => records.map((each) => ({...each, kind})))
  const offered = records.filter(({name}) => name !== '' && name !== '.')
  const error = answers.map((answer) => answer.error).find(Boolean)
  // a target of "." means that the service is not available, so the domain itself must not be tried either (XEP-0368 §3)
  if (records.length > 0 && offered.length === 0) throw refused(domain, error)
  const endpoints = order(offered).map(({kind, name, port}) => ({kind, host: name, port}))
  return {endpoints, lookup: error}
}

/** RFC 2782: ascending priority; within one, drawn at random in proportion to weight. */
export function order<T extends Pick<SrvRecord, 'priority' | 'weight'>>(
  records: readonly T[],
  random: () => number = Math.random,
): T[] {
  // RFC 2782: weight 0 goes first, which gives it a very small chance of being selected
  const left = records.toSorted((a, b) => a.priority - b.priority || a.weight - b.weight)
  const ordered: T[] = []
  while (left[0]) {
    const {priority} = left[0]
    const group = left.filter((record) => record.priority === priority)
    const total = group.reduce((weights, {weight}) => weights + weight, 0)
    const mark = Math.floor(random() * (total + 1))
    let sum = 0
    const drawn = group.findIndex(({weight}) => {
      sum += weight
      return sum >= mark
    })
    ordered.push(...left.splice(drawn, 1))
  }
  return ordered
}

/** The records for direct TLS and for STARTTLS; empty if the domain has none. */
export function querySrv(dns: SrvResolver, domain: string): Promise<SrvAnswer[]> {
  const query = async (kind: SrvAnswer['kind'], service: string): Promise<SrvAnswer> => {
    try {
      return {kind, records: await dns.resolveSrv(`${service}._tcp.${domain}`)}
    } catch (error) {
      const {code} = error as NodeJS.ErrnoException
      // no failure: the name, or a record of this type, does not exist
      return {kind, records: [], ...(code !== 'ENOTFOUND' && code !== 'ENODATA' && {error})}
    }
  }
  return Promise.all([query('tls', '_xmpps-client'), query('starttls', '_xmpp-client')])
}

/** The hint if DNS does not have a server of the domain. */
export const CHECK_DOMAIN = 'Check the domain of the JID, or name its server with --server'

function refused(domain: string, error: unknown): Failure {
  if (error === undefined) {
    return new Failure('service-not-offered', notOffered(domain), EXIT.noHost, {
      stage: 'resolve',
      hint: CHECK_DOMAIN,
    })
  }
  return new Failure(
    'dns-failed',
    `The SRV records of ${domain} could not be read`,
    EXIT.temporary,
    {
      stage: 'resolve',
      hint: 'Check the name server, or name the XMPP server with --server',
      cause: error,
    },
  )
}
