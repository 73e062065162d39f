/** Assesses the DNS records of a server (RFC 6120 §3.2, XEP-0368, XEP-0156). */
import {EXIT} from '../../errors.ts'
import {
  type DnsReport,
  type HostAddresses,
  notOffered,
  type SrvLookup,
} from '../../server-report.ts'
import {type AssessedFinding, newFinding} from './finding.ts'

export function assessDns(domain: string, report: DnsReport | undefined): AssessedFinding[] {
  if (!report)
    return [newFinding('dns', 'info', ['not-used', 'DNS records are not used for this server'])]
  const {hosts, srv, webSockets} = report
  return [
    ...assessSrv(domain, srv),
    ...hosts.map(assessAddresses),
    webSockets.length > 0
      ? newFinding('dns', 'ok', ['websocket', `WebSocket: ${webSockets.join(', ')}`])
      : newFinding('dns', 'info', ['no-websocket', 'The domain announces no WebSocket (XEP-0156)']),
  ]
}

function assessSrv(domain: string, lookups: SrvLookup[]): AssessedFinding[] {
  const error = lookups.map((lookup) => lookup.error).find((error) => error !== null)
  if (error)
    return [
      {
        ...newFinding('dns', 'fail', ['dns-failed', `The SRV records cannot be read (${error})`], {
          hint: 'Check the name servers of the domain',
        }),
        exitCode: EXIT.temporary,
      },
    ]
  const records = lookups.flatMap(({kind, records}) => records.map((record) => ({kind, ...record})))
  if (records.length === 0)
    return [
      newFinding('dns', 'warn', ['no-srv', `${domain} has no SRV records for XMPP`], {
        hint: `Clients guess ${domain}, ports 5223 and 5222. Add _xmpps-client._tcp and _xmpp-client._tcp`,
      }),
    ]
  if (records.every(({host}) => host === ''))
    return [
      newFinding('dns', 'fail', ['service-not-offered', notOffered(domain)], {
        hint: 'Check the domain, or remove the SRV record with the target "."',
      }),
    ]
  return [newFinding('dns', 'ok', ['srv', records.map(formatRecord).join(', ')], {data: {records}})]
}

const formatRecord = ({host, kind, port}: {host: string; kind: string; port: number}): string =>
  host === '' ? `no ${kind}` : `${host}:${port} (${kind})`

function assessAddresses({host, ipv4, ipv6}: HostAddresses): AssessedFinding {
  const data = {host, ipv4, ipv6}
  if (ipv4.length + ipv6.length === 0)
    return newFinding('dns', 'fail', ['host-not-found', `${host} has no IP address`], {
      data,
      hint: 'Add A and AAAA records for the host, or correct the SRV records',
    })
  const families = [ipv6.length > 0 && 'IPv6', ipv4.length > 0 && 'IPv4'].filter(Boolean)
  return newFinding('dns', 'ok', ['addresses', `${host} has ${families.join(' and ')}`], {data})
}
