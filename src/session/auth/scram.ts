/**
 * RFC 5802, RFC 7677: SCRAM <https://www.rfc-editor.org/rfc/rfc5802>, with channel binding by RFC 9266, and
 * XEP-0474: SASL SCRAM Downgrade Protection <https://xmpp.org/extensions/xep-0474.html>
 */
import {createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual} from 'node:crypto'
import {type Mechanism, serverNotProven} from './mechanism.ts'

const HASHES: Record<string, {hash: string; bytes: number}> = {
  'SCRAM-SHA-1': {hash: 'sha1', bytes: 20},
  'SCRAM-SHA-256': {hash: 'sha256', bytes: 32},
  'SCRAM-SHA-512': {hash: 'sha512', bytes: 64},
}

// 100 times the usual count; a server that asks for more would keep the client busy on purpose.
const MAX_ITERATIONS = 1_000_000

/** RFC 7677 §4: with fewer iterations, a false server could find the password cheaply. */
const MIN_UNVERIFIED = 4096

const BASE64 = '(?:[A-Za-z\\d+/]{4})*(?:[A-Za-z\\d+/]{2}==|[A-Za-z\\d+/]{3}=)?'

/** §7; a mandatory extension (`m=`) would come first, and this client supports none. */
const SERVER_FIRST = new RegExp(
  `^r=([\\x21-\\x2b\\x2d-\\x7e]+),s=(${BASE64}),i=([1-9]\\d*)((?:,[A-Za-z]=[^,]*)*)$`,
)
const SERVER_FINAL = new RegExp(`^v=(${BASE64})(?:,|$)`)

/** The mechanisms that a server offers (XEP-0388 or RFC 6120 §6.3.3). */
export interface Offer {
  mechanisms: string[]
  /** Channel-binding types by XEP-0440; undefined when the server does not list them. */
  bindings: string[] | undefined
}

export interface ScramOptions {
  username: string
  /** Prepared with SASLprep (RFC 4013). */
  password: string
  /** The value of `tls-exporter`; required when the name ends in -PLUS. */
  binding?: Buffer | undefined
  /** The client supports channel binding, but the server offered no -PLUS: tells the server, so that it detects a removed offer (§6). */
  bindingUnused?: boolean
  nonce?: string
  /** The offer as received: a server may send its hash (XEP-0474). */
  offer?: Offer
  /** Whether the server's certificate was verified; default: yes. */
  verified?: boolean
}

/** `name` is an IANA name: SCRAM-SHA-1, -256 or -512, with or without -PLUS. */
export function scram(name: string, options: ScramOptions): Mechanism {
  const algorithm = HASHES[name.replace(/-PLUS$/, '')]
  if (!algorithm) throw new TypeError(`not a SCRAM mechanism: ${name}`)
  const {hash, bytes} = algorithm
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest()
  const plus = name.endsWith('-PLUS')
  const header = plus ? 'p=tls-exporter,,' : options.bindingUnused ? 'y,,' : 'n,,'
  const nonce = options.nonce ?? randomBytes(18).toString('base64')
  const first = `n=${options.username.replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`
  let signature: Buffer | undefined

  return {
    name,
    single: false,
    start: () => Buffer.from(header + first),

    respond(challenge) {
      const text = challenge.toString()
      const {combined, count, extensions, salt} = parseServerFirst(text)
      if (signature || !combined.startsWith(nonce) || combined === nonce) throw scramViolation()
      const least = options.verified === false ? MIN_UNVERIFIED : 1
      if (count < least || count > MAX_ITERATIONS)
        throw serverNotProven(`The server asks for ${count} SCRAM iterations, which is not allowed`)
      const claim = extensions.get('h')
      if (options.offer && claim !== undefined && claim !== hashOf(options.offer, hash))
        throw serverNotProven(
          'The list of mechanisms was changed between the server and the client',
        )
      const salted = pbkdf2Sync(options.password, salt, count, bytes, hash)
      const bound = Buffer.concat([
        Buffer.from(header),
        (plus && options.binding) || Buffer.alloc(0),
      ])
      const bare = `c=${bound.toString('base64')},r=${combined}`
      const transcript = `${first},${text},${bare}`
      const clientKey = hmac(salted, 'Client Key')
      const proof = hmac(createHash(hash).update(clientKey).digest(), transcript)
      for (let i = 0; i < proof.length; i++) proof[i] = (proof[i] ?? 0) ^ (clientKey[i] ?? 0)
      signature = hmac(hmac(salted, 'Server Key'), transcript)
      return Buffer.from(`${bare},p=${proof.toString('base64')}`)
    },

    finish(data) {
      const [, verifier = ''] = SERVER_FINAL.exec(data?.toString() ?? '') ?? []
      const claimed = Buffer.from(verifier, 'base64')
      if (!signature || claimed.length !== signature.length || !timingSafeEqual(claimed, signature))
        throw serverNotProven('The server did not prove that it knows the password')
    },
  }
}

function parseServerFirst(text: string) {
  const [, combined, salt, count, rest = ''] = SERVER_FIRST.exec(text) ?? []
  const extensions = rest.split(',').filter(Boolean)
  const names = extensions.map((field) => field.slice(0, 1))
  // No duplicate field, and no mandatory extension (`m`).
  const again = new Set([...'rsim', ...names]).size < names.length + 4
  if (!combined || !salt || again) throw scramViolation()
  return {
    combined,
    salt: Buffer.from(salt, 'base64'),
    count: Number(count),
    extensions: new Map(extensions.map((field) => [field.slice(0, 1), field.slice(2)])),
  }
}

/** XEP-0474 §5.1: the separators cannot occur in XML, so no name contains them. */
function hashOf({bindings, mechanisms}: Offer, hash: string): string {
  const lists = bindings ? [mechanisms, bindings] : [mechanisms]
  const text = lists.map((names) => names.toSorted().join('\x1e')).join('\x1f')
  return createHash(hash).update(text).digest('base64')
}

const scramViolation = () => serverNotProven('The server violated the SCRAM protocol')
