/** Assesses the connections to a server and their certificates. */
import type {CertificateReport, EndpointReport} from '../../server-report.ts'
import {type AssessedFinding, findingOf, newFinding} from './finding.ts'

const DAY_MS = 86_400_000

export interface EndpointOptions {
  /** Fewer days until a certificate expires are a warning. */
  minDays: number
  now: Date
}

export function assessEndpoints(
  endpoints: readonly EndpointReport[],
  options: EndpointOptions,
): AssessedFinding[] {
  const isUsable = endpoints.some(({features}) => features !== null)
  return endpoints.flatMap((endpoint) => assessEndpoint(endpoint, isUsable, options))
}

/** A guessed endpoint that does not answer is a fault only if no other one answers. */
function assessEndpoint(
  {address, announced, certificate, connectTime, failure, tls}: EndpointReport,
  isUsable: boolean,
  options: EndpointOptions,
): AssessedFinding[] {
  const level = announced || !isUsable ? 'fail' : 'info'
  const fail = (area: 'tcp' | 'tls' | 'auth'): AssessedFinding[] =>
    failure ? [findingOf(area, failure, {level, subject: address})] : []
  if (connectTime === null) return fail('tcp')
  const connected = newFinding('tcp', 'ok', ['connected', `${address} in ${connectTime} ms`], {
    data: {address, connectTime},
  })
  if (!tls) return [connected, ...fail('tls')]
  return [
    connected,
    newFinding('tls', 'ok', ['encrypted', `${address}: ${tls.protocol} with ${tls.cipher}`], {
      data: {address, ...tls},
    }),
    ...(certificate && tls.verified ? [assessCertificate(address, certificate, options)] : []),
    ...(tls.verified ? [] : [notVerified(address)]),
    ...fail('auth'),
  ]
}

function assessCertificate(
  address: string,
  {issuer, names, validTo}: CertificateReport,
  {minDays, now}: EndpointOptions,
): AssessedFinding {
  const days = Math.floor((Date.parse(validTo) - now.getTime()) / DAY_MS)
  const data = {address, issuer, names, validTo, days}
  const message = `${address}: the certificate of ${issuer} is valid for ${days} days`
  if (days >= minDays) return newFinding('tls', 'ok', ['certificate', message], {data})
  return newFinding('tls', 'warn', ['certificate-expires-soon', message], {
    data,
    hint: 'Renew the certificate, and check why it was not renewed automatically',
  })
}

const notVerified = (address: string): AssessedFinding =>
  newFinding(
    'tls',
    'warn',
    ['certificate-not-verified', `${address}: the certificate was not verified (--insecure)`],
    {hint: 'Leave out --insecure'},
  )
