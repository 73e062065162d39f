/** Reads a server certificate, and describes why it is not accepted. */
import {createHash, type X509Certificate} from 'node:crypto'
import {EXIT, Failure} from '../../errors.ts'
import {isIpAddress} from '../../ip-address.ts'

const MAX_NAMES = 5

/** RFC 6125 §6.4: a wildcard stands for the whole of the leftmost label. */
export function matchesDomain(certificate: X509Certificate, name: string): boolean {
  if (isIpAddress(name)) return certificate.checkIP(name) !== undefined
  return certificate.checkHost(name, {partialWildcards: false}) !== undefined
}

/** SHA-256 of the SubjectPublicKeyInfo: unchanged by a renewal with the same key (RFC 7469 §2.4). */
export function pinOf(certificate: X509Certificate): Buffer {
  return createHash('sha256')
    .update(certificate.publicKey.export({type: 'spki', format: 'der'}))
    .digest()
}

export function parsePin(pin: string): Buffer {
  const [, hex, base64] = /^sha256:(?:([\da-f]{64})|([\w+/-]{43}=?))$/i.exec(pin) ?? []
  if (hex) return Buffer.from(hex, 'hex')
  if (base64) return Buffer.from(base64, 'base64')
  throw new Failure(
    'bad-tls-pin',
    'The TLS pin is not "sha256:" and the hash of a public key in base64 or hex',
    EXIT.config,
    {hint: 'Check --tls-pin'},
  )
}

export function pinMismatch(certificate: X509Certificate, domain: string): Failure {
  return failure('certificate-pin-mismatch', `The key of ${domain} is not the pinned one`, {
    hint: `If the operator of the server confirms that the key was changed, use ${pinFlag(certificate)}`,
  })
}

export function nameMismatch(certificate: X509Certificate, domain: string): Failure {
  const message = `The certificate is for ${namesOf(certificate)}, not for ${domain}`
  return failure('certificate-name-mismatch', message, {
    hint: `Check the domain of the JID; if this is the right server: ${pinFlag(certificate)}`,
  })
}

/** @param code OpenSSL's name of the verification error */
export function untrusted(certificate: X509Certificate, domain: string, code: string): Failure {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return outsideValidity(certificate, domain)
  }
  const selfSigned = code === 'DEPTH_ZERO_SELF_SIGNED_CERT'
  const why = selfSigned
    ? 'is signed by itself'
    : `was issued by ${issuerOf(certificate)}, which is not trusted (${code})`
  return failure('certificate-untrusted', `The certificate of ${domain} ${why}`, {
    hint: `If this is the right server, trust its CA with --ca-file, or its key: ${pinFlag(certificate)}`,
  })
}

function outsideValidity(certificate: X509Certificate, domain: string): Failure {
  const now = Date.now()
  const from = new Date(certificate.validFrom)
  const to = new Date(certificate.validTo)
  if (to.getTime() < now) {
    const message = `The certificate of ${domain} expired on ${day(to)}`
    return failure('certificate-expired', message, {hint: 'Inform the operator of the server'})
  }
  if (from.getTime() > now) {
    const message = `The certificate of ${domain} is valid only from ${day(from)}`
    return failure('certificate-not-yet-valid', message, {hint: 'Check the clock of this computer'})
  }
  const message = `A certificate in the chain of ${domain} has expired`
  return failure('certificate-expired', message, {hint: 'Inform the operator of the server'})
}

export const certificateNames = ({subjectAltName = ''}: X509Certificate): string[] =>
  subjectAltName
    .split(', ')
    .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.slice(1) ?? [])

function namesOf(certificate: X509Certificate): string {
  const names = certificateNames(certificate)
  const rest = names.length - MAX_NAMES
  if (names.length === 0) return field(certificate.subject, 'CN') ?? 'no name'
  return [...names.slice(0, MAX_NAMES), ...(rest > 0 ? [`${rest} more`] : [])].join(', ')
}

export function issuerOf({issuer}: X509Certificate): string {
  return field(issuer, 'CN') ?? field(issuer, 'O') ?? 'an authority without a name'
}

/** A field of a distinguished name as Node writes it: one `KEY=value` per line. */
function field(name: string | undefined, key: string): string | undefined {
  return name
    ?.split('\n')
    .find((line) => line.startsWith(`${key}=`))
    ?.slice(key.length + 1)
}

function pinFlag(certificate: X509Certificate): string {
  return `--tls-pin sha256:${pinOf(certificate).toString('base64')}`
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10)
}

function failure(code: string, message: string, {hint}: {hint: string}): Failure {
  return new Failure(code, message, EXIT.protocol, {stage: 'tls', hint})
}
