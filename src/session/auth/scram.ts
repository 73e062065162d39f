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

// A server that asks for more wants to keep us busy: this is 100 times the usual count.
const MAX_ITERATIONS = 1_000_000

/** RFC 7677 §4: fewer make it cheap to find the password out, for who only poses as the server. */
const FEWEST_UNVERIFIED = 4096

const BASE64 = '(?:[A-Za-z\\d+/]{4})*(?:[A-Za-z\\d+/]{2}==|[A-Za-z\\d+/]{3}=)?'

/** §7; a mandatory extension (`m=`) would be in front, and none is known to us. */
const SERVER_FIRST = new RegExp(
  `^r=([\\x21-\\x2b\\x2d-\\x7e]+),s=(${BASE64}),i=([1-9]\\d*)((?:,[A-Za-z]=[^,]*)*)$`,
)
const SERVER_FINAL = new RegExp(`^v=(${BASE64})(?:,|$)`)

/** What a server says that it has (XEP-0388 or RFC 6120 §6.3.3). */
export interface Offer {
  mechanisms: string[]
  /** Channel-binding types by XEP-0440; undefined where the server does not say. */
  bindings: string[] | undefined
}

export interface ScramOptions {
  username: string
  /** Prepared: NFKC at least (RFC 4013). */
  password: string
  /** The value of `tls-exporter`; needed where the name ends in -PLUS. */
  binding?: Buffer | undefined
  /** We could bind, but the server offered no -PLUS: says so, so that a stripped offer is noticed (§6). */
  bindingUnused?: boolean
  nonce?: string
  /** What came over the line: a server may vouch for it. */
  offer?: Offer
  /** Whether the server's certificate was; default: yes. */
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
      if (signature || !combined.startsWith(nonce) || combined === nonce) throw brokenRules()
      const least = options.verified === false ? FEWEST_UNVERIFIED : 1
      if (count < least || count > MAX_ITERATIONS)
        throw serverNotProven(`The server asks for ${count} SCRAM iterations`)
      const claim = extensions.get('h')
      if (options.offer && claim !== undefined && claim !== hashOf(options.offer, hash))
        throw serverNotProven('What the server offers was changed on its way to us')
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
  // None that is there already, and none that we would have to understand.
  const again = new Set([...'rsim', ...names]).size < names.length + 4
  if (!combined || !salt || again) throw brokenRules()
  return {
    combined,
    salt: Buffer.from(salt, 'base64'),
    count: Number(count),
    extensions: new Map(extensions.map((field) => [field.slice(0, 1), field.slice(2)])),
  }
}

/** XEP-0474 §5.1: separators that XML cannot contain, so that no name can. */
function hashOf({bindings, mechanisms}: Offer, hash: string): string {
  const lists = bindings ? [mechanisms, bindings] : [mechanisms]
  const text = lists.map((names) => names.toSorted().join('\x1e')).join('\x1f')
  return createHash(hash).update(text).digest('base64')
}

const brokenRules = () => serverNotProven('The server broke the rules of SCRAM')
