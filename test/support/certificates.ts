/** RFC 5280: X.509 certificates for tests <https://www.rfc-editor.org/rfc/rfc5280> */
import {createHash, generateKeyPairSync, type KeyObject, randomBytes, sign} from 'node:crypto'
import {isIPv6} from 'node:net'
import {bits, der, derTrue, octets, oid, sequence, tagged, utcTime, utf8} from './der.ts'

/** Certificate and private key, both PEM. */
export interface Pair {
  cert: string
  key: string
}

export interface Subject {
  commonName?: string
  /** The dNSNames of a server. */
  domains?: readonly string[]
  /** The iPAddresses of a server: IPv4, or ::1. */
  addresses?: readonly string[]
  /** The bare JIDs of a client, as id-on-xmppAddr (RFC 6120 §13.7.1.4). */
  jids?: readonly string[]
  from?: Date
  until?: Date
}

export interface Authority extends Pair {
  issue(subject: Subject): Pair
}

const DAY = 86_400_000

/** Dates of a certificate that expired yesterday. */
export const EXPIRED = {from: new Date(Date.now() - 9 * DAY), until: new Date(Date.now() - DAY)}

export function newAuthority(commonName = 'Throwaway test authority'): Authority {
  const keys = newKeys()
  const self: Issuer = {name: nameOf(commonName), keys}
  return {
    ...makePair({commonName}, {keys, issuer: self, isAuthority: true}),
    issue: (subject) => makePair(subject, {keys: newKeys(), issuer: self}),
  }
}

/** A self-signed certificate. */
export function selfSigned(subject: Subject): Pair {
  const keys = newKeys()
  return makePair(subject, {keys, issuer: {name: nameOf(subject.commonName), keys}})
}

interface Keys {
  publicKey: KeyObject
  privateKey: KeyObject
}

interface Issuer {
  name: Buffer
  keys: Keys
}

interface Signing {
  keys: Keys
  issuer: Issuer
  isAuthority?: boolean
}

const newKeys = (): Keys => generateKeyPairSync('ec', {namedCurve: 'P-256'})

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

function makePair(subject: Subject, {keys, issuer, isAuthority = false}: Signing): Pair {
  const {from = new Date(Date.now() - DAY), until = new Date(Date.now() + 30 * DAY)} = subject
  const extensions = [
    keyIdentifiers(keys, issuer.keys),
    isAuthority ? authorityExtensions() : alternativeNames(subject),
  ]
  const body = sequence(
    tagged(0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.from([1]), randomBytes(15)), // serial number
    ECDSA_WITH_SHA256,
    issuer.name,
    sequence(utcTime(from), utcTime(until)),
    nameOf(subject.commonName),
    spkiOf(keys),
    tagged(3, sequence(...extensions.flat())),
  )
  const signature = sign('sha256', body, issuer.keys.privateKey)
  return {
    cert: pem('CERTIFICATE', sequence(body, ECDSA_WITH_SHA256, bits(signature))),
    key: keys.privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  }
}

const nameOf = (commonName = 'leaf'): Buffer =>
  sequence(der(0x31, sequence(oid('2.5.4.3'), utf8(commonName))))

const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), octets(value))
const critical = (id: string, value: Buffer): Buffer => sequence(oid(id), derTrue, octets(value))

function authorityExtensions(): Buffer[] {
  const certificateSigning = der(0x03, Buffer.from([2, 0b100])) // RFC 5280 §4.2.1.3, bit 5
  return [critical('2.5.29.19', sequence(derTrue)), critical('2.5.29.15', certificateSigning)]
}

/** Strict verifiers (Python 3.13) require identifiers of its key and of the key that signed it. */
function keyIdentifiers(own: Keys, issuer: Keys): Buffer[] {
  const digest = (keys: Keys): Buffer => createHash('sha1').update(spkiOf(keys)).digest()
  return [
    extension('2.5.29.14', octets(digest(own))),
    extension('2.5.29.35', sequence(der(0x80, digest(issuer)))),
  ]
}

function alternativeNames({addresses = [], domains = [], jids = []}: Subject): Buffer[] {
  const names = [
    ...domains.map((domain) => der(0x82, domain)),
    ...addresses.map((address) => der(0x87, bytesOf(address))),
    ...jids.map((jid) => tagged(0, oid('1.3.6.1.5.5.7.8.5'), tagged(0, utf8(jid)))),
  ]
  return names.length > 0 ? [extension('2.5.29.17', sequence(...names))] : []
}

function bytesOf(address: string): Buffer {
  const parts = isIPv6(address) ? [...Array(15).fill(0), 1] : address.split('.').map(Number)
  return Buffer.from(parts)
}

const spkiOf = ({publicKey}: Keys): Buffer => publicKey.export({type: 'spki', format: 'der'})

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
