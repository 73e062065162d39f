/** RFC 5802, RFC 7677: SCRAM, with channel binding by RFC 9266 <https://www.rfc-editor.org/rfc/rfc5802> */
import {createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual} from 'node:crypto'
import {type Mechanism, serverNotProven} from './mechanism.ts'

const HASHES: Record<string, {hash: string; bytes: number}> = {
  'SCRAM-SHA-1': {hash: 'sha1', bytes: 20},
  'SCRAM-SHA-256': {hash: 'sha256', bytes: 32},
  'SCRAM-SHA-512': {hash: 'sha512', bytes: 64},
}

// A server that asks for more wants to keep us busy: this is 100 times the usual count.
const MAX_ITERATIONS = 1_000_000

export interface ScramOptions {
  username: string
  /** Prepared: NFKC at least (RFC 4013). */
  password: string
  /** The value of `tls-exporter`; needed where the name ends in -PLUS. */
  binding?: Buffer | undefined
  /** We could bind, but the server offered no -PLUS: says so, so that a stripped offer is noticed (§6). */
  bindingUnused?: boolean
  nonce?: string
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
      const {i: iterations = 0, r: combined = '', s: salt = ''} = fields(text)
      if (signature || !combined.startsWith(nonce) || combined === nonce || !salt)
        throw serverNotProven('The server broke the rules of SCRAM')
      const count = Number(iterations)
      if (!Number.isInteger(count) || count < 1 || count > MAX_ITERATIONS)
        throw serverNotProven(`The server asks for ${iterations} SCRAM iterations`)
      const salted = pbkdf2Sync(options.password, Buffer.from(salt, 'base64'), count, bytes, hash)
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
      const claimed = Buffer.from(fields(data?.toString() ?? '').v ?? '', 'base64')
      if (!signature || claimed.length !== signature.length || !timingSafeEqual(claimed, signature))
        throw serverNotProven('The server did not prove that it knows the password')
    },
  }
}

const fields = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(',').map((field) => [field.slice(0, 1), field.slice(2)]))
