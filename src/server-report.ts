/** The facts about the server of a domain that the session collects and `xmpp check` assesses. */
import type {Failure} from './errors.ts'

export interface ServerReport {
  /** Undefined if DNS is not used. */
  dns: DnsReport | undefined
  endpoints: EndpointReport[]
}

export interface SrvLookup {
  kind: 'tls' | 'starttls'
  records: {host: string; port: number; priority: number; weight: number}[]
  /** The error of the name server; null also if the name has no records. */
  error: string | null
}

export interface HostAddresses {
  host: string
  ipv4: string[]
  ipv6: string[]
}

export interface DnsReport {
  srv: SrvLookup[]
  hosts: HostAddresses[]
  /** URLs in the host-meta document (XEP-0156). */
  webSockets: string[]
}

export interface CertificateReport {
  names: string[]
  issuer: string
  /** RFC 3339. */
  validTo: string
}

/** The stream features before the sign-in. */
export interface FeaturesReport {
  mechanisms: string[]
  /** Undefined if the server does not list them (XEP-0440). */
  channelBindings: string[] | undefined
  sasl2: boolean
  bind2: boolean
  fast: boolean
  streamManagement: boolean
  registration: boolean
}

export interface EndpointReport {
  /** Such as `example.com:5223 (tls)`. */
  address: string
  /** Whether DNS or the user names it; otherwise it is a guess from the domain. */
  announced: boolean
  /** Milliseconds to connect; null if that failed, as all later values. */
  connectTime: number | null
  tls: {protocol: string; cipher: string; channelBinding: boolean; verified: boolean} | null
  certificate: CertificateReport | null
  features: FeaturesReport | null
  failure: Failure | null
}

/** Its only SRV record has the target `.` (RFC 2782). */
export const notOffered = (domain: string): string =>
  `${domain} says in DNS that it offers no XMPP service to clients`
