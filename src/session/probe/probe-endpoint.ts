/** Connects to one endpoint of a server and reads its certificate and stream features, without a sign-in. */
import {addAbortListener} from 'node:events'
import type {SecureContext, TLSSocket} from 'node:tls'
import {uptime} from '../../clock.ts'
import {type Failure, toFailure} from '../../errors.ts'
import type {CertificateReport, EndpointReport, FeaturesReport} from '../../server-report.ts'
import type {Element} from '../../xml.ts'
import {NS_BIND2} from '../auth/bind.ts'
import {NS_FAST, NS_SASL, NS_SASL2} from '../auth/sasl.ts'
import {offerOf, readFeatures} from '../auth/sign-in.ts'
import {encrypt, formatEndpoint} from '../connect/connection.ts'
import {dial} from '../connect/dial.ts'
import {NS_SM} from '../stanzas/stream-management.ts'
import {XmlStream} from '../stream/stream.ts'
import type {Trace} from '../stream/trace.ts'
import {certificateNames, issuerOf} from '../tls/certificate.ts'
import {peerCertificate} from '../tls/tls.ts'
import type {Account, Endpoint} from '../types.ts'

const NS_REGISTER = 'http://jabber.org/features/iq-register'

export interface ProbeContext {
  /** Shared by all endpoints, because it is slow to build. */
  secureContext: () => SecureContext
  announced: boolean
  signal: AbortSignal
  trace: Trace
}

/** Never rejects: the report has the failure and the values that were read before it. */
export async function probeEndpoint(
  endpoint: Endpoint,
  account: Account,
  {announced, secureContext, signal, trace}: ProbeContext,
): Promise<EndpointReport> {
  const report: EndpointReport = {
    address: formatEndpoint(endpoint),
    announced,
    ...{connectTime: null, tls: null, certificate: null, features: null, failure: null},
  }
  const {proxy} = account
  try {
    const start = uptime()
    const dialled = await dial([endpoint], {signal, proxy})
    report.connectTime = Math.round(uptime() - start)
    const connection = await encrypt(dialled, account, {context: secureContext(), signal, trace})
    const {binding, cipher, protocol, tls, transport} = connection
    const verified = account.trust.insecure !== true || account.trust.pin !== undefined
    report.tls = {protocol, cipher, channelBinding: binding !== undefined, verified}
    report.certificate = describeCertificate(tls)
    const stream = new XmlStream(transport, trace)
    report.features = await readStreamFeatures(stream, account.jid.domain, signal)
  } catch (error) {
    report.failure = toFailure(signal.aborted ? signal.reason : error)
  }
  return report
}

async function readStreamFeatures(
  stream: XmlStream,
  domain: string,
  signal: AbortSignal,
): Promise<FeaturesReport> {
  using _ = addAbortListener(signal, () => stream.fail(signal.reason as Failure))
  try {
    void stream.open({domain})
    void stream.flush()
    return parseStreamFeatures(await readFeatures(stream))
  } finally {
    await stream.close()
  }
}

export function parseStreamFeatures(features: Element): FeaturesReport {
  const sasl2 = features.getChild('authentication', NS_SASL2)
  const inline = sasl2?.getChild('inline')
  const {bindings, mechanisms} = offerOf(features, 'mechanisms', NS_SASL)
  const offered = [...mechanisms, ...offerOf(features, 'authentication', NS_SASL2).mechanisms]
  return {
    mechanisms: [...new Set(offered)],
    channelBindings: bindings,
    sasl2: sasl2 !== undefined,
    bind2: inline?.getChild('bind', NS_BIND2) !== undefined,
    fast: inline?.getChild('fast', NS_FAST) !== undefined,
    streamManagement: [inline, features].some((parent) => parent?.getChild('sm', NS_SM)),
    registration: features.getChild('register', NS_REGISTER) !== undefined,
  }
}

function describeCertificate(tls: TLSSocket): CertificateReport | null {
  const certificate = peerCertificate(tls)
  return certificate
    ? {
        names: certificateNames(certificate),
        issuer: issuerOf(certificate),
        validTo: new Date(certificate.validTo).toISOString(),
      }
    : null
}
