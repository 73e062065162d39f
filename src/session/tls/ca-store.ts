/** The trusted certificate authorities when the user adds one. */
import {X509Certificate} from 'node:crypto'
import {readFileSync} from 'node:fs'
import tls from 'node:tls'
import {EXIT, Failure} from '../../errors.ts'

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates in a PEM text; throws when one is invalid. */
export function certificatesIn(pem: string): string[] {
  const certificates = pem.match(PEM_CERTIFICATE)
  try {
    for (const certificate of certificates ?? []) new X509Certificate(certificate)
  } catch (cause) {
    throw badCa(cause)
  }
  if (!certificates) throw badCa()
  return certificates
}

/** Node's default roots and those in a PEM text. Setting `ca` replaces the defaults, so they are added. */
export const caStoreWith = (pem: string): string[] => [...defaultRoots(), ...certificatesIn(pem)]

/** Node's default: its bundled roots, NODE_EXTRA_CA_CERTS, and the system's with --use-system-ca. */
function defaultRoots(): readonly string[] {
  const {getCACertificates} = tls as {getCACertificates?: (type: 'default') => string[]}
  if (getCACertificates) return getCACertificates('default')
  const extra = process.env.NODE_EXTRA_CA_CERTS // before 22.15 Node has no function for its trusted roots
  return extra ? [...tls.rootCertificates, readExtra(extra)] : tls.rootCertificates
}

function readExtra(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = 'The file in NODE_EXTRA_CA_CERTS cannot be read'
    throw new Failure('bad-ca-file', message, EXIT.config, {cause})
  }
}

function badCa(cause?: unknown): Failure {
  return new Failure('bad-ca-file', 'The CA file holds no valid PEM certificate', EXIT.config, {
    hint: 'Check --ca-file: it begins with -----BEGIN CERTIFICATE-----',
    cause,
  })
}
