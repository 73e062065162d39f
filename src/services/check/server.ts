/** Assesses what can be found out about a server without a sign-in. */
import type {DnsReport, EndpointReport} from '../../server-report.ts'
import {assessAuth} from './auth.ts'
import {assessDns} from './dns.ts'
import {assessEndpoints} from './endpoints.ts'
import type {AssessedFinding} from './finding.ts'

export const assessServer = (
  domain: string,
  {dns, endpoints}: {dns: DnsReport | undefined; endpoints: EndpointReport[]},
  minDays: number,
): AssessedFinding[] => [
  ...assessDns(domain, dns),
  ...assessEndpoints(endpoints, {minDays, now: new Date()}),
  ...assessAuth(endpoints),
]
