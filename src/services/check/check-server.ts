/** Assesses a server: first its DNS records and endpoints, and then a session of the account. */
import type {EndpointReport, ServerReport} from '../../server-report.ts'
import {assessAuth} from './auth.ts'
import {assessDns} from './dns.ts'
import {assessEndpoints} from './endpoints.ts'
import type {Area, AssessedFinding} from './finding.ts'
import {type CheckContext, checkSession} from './session.ts'

interface CheckOptions extends CheckContext {
  /** Whether the target is an account: a domain has no session. */
  hasAccount: boolean
  /** Fewer days until a certificate expires are a warning. */
  minDays: number
  /** Collects the facts. @param endpoints whether to connect to the endpoints */
  probe(endpoints: boolean): Promise<ServerReport>
}

const ENDPOINT_AREAS: readonly Area[] = ['tcp', 'tls', 'auth']

/** The findings of the wanted areas. Steps that only other areas need are skipped. */
export async function checkServer(options: CheckOptions): Promise<AssessedFinding[]> {
  const {areas, hasAccount, minDays, probe, settings} = options
  const probesEndpoints = areas.some((area) => ENDPOINT_AREAS.includes(area))
  const {dns, endpoints} =
    probesEndpoints || areas.includes('dns')
      ? await probe(probesEndpoints)
      : {dns: undefined, endpoints: []}
  const findings = [
    ...assessDns(settings.jid.domain, dns),
    ...assessEndpoints(endpoints, {minDays, now: new Date()}),
    ...assessAuth(endpoints),
  ].filter(({area}) => areas.includes(area))
  if (!areas.includes('session') || !hasAccount || isKnownToFail(endpoints, findings))
    return findings
  return [...findings, ...(await checkSession(options))]
}

/** A sign-in would fail for a reason that is shown already. */
const isKnownToFail = (
  endpoints: readonly EndpointReport[],
  findings: readonly AssessedFinding[],
): boolean =>
  !endpoints.some(({features}) => features !== null) && findings.some(({level}) => level === 'fail')
