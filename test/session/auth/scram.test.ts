import assert from 'node:assert/strict'
import {type Offer, type ScramOptions, scram} from '../../../src/session/auth/scram.ts'

/** The messages of one exchange. */
interface Exchange extends Partial<ScramOptions> {
  name: string
  first: string
  challenge: string
  final: string
  success: string
}

const EXAMPLES: Record<string, Exchange> = {
  'RFC 5802 §5': {
    name: 'SCRAM-SHA-1',
    nonce: 'fyko+d2lbbFgONRv9qkxdawL',
    first: 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL',
    challenge: 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    final: 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    success: 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=',
  },
  'RFC 7677 §3': {
    name: 'SCRAM-SHA-256',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    first: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
    challenge:
      'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    final:
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    success: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
  },
}

const USER = {username: 'user', password: 'pencil'}
const SHA1 = EXAMPLES['RFC 5802 §5'] as Exchange & {nonce: string}
const inMiddle = () => {
  const mechanism = scram('SCRAM-SHA-1', {...USER, nonce: SHA1.nonce})
  mechanism.start()
  return mechanism
}
const afterwards = () => {
  const mechanism = inMiddle()
  mechanism.respond(Buffer.from(SHA1.challenge))
  return mechanism
}
const notProven = {code: 'server-not-proven', exitCode: 76}

describe('SCRAM', () => {
  for (const [source, {name, nonce = '', ...wire}] of Object.entries(EXAMPLES)) {
    it(`${name}: the example of ${source}`, () => {
      const mechanism = scram(name, {...USER, nonce})
      assert.equal(mechanism.start().toString(), wire.first)
      assert.equal(mechanism.respond(Buffer.from(wire.challenge)).toString(), wire.final)
      mechanism.finish(Buffer.from(wire.success))
    })
  }

  it('escapes separators in the user name (RFC 5802 §5.1)', () => {
    const mechanism = scram('SCRAM-SHA-1', {...USER, username: 'a=b,c', nonce: 'n'})
    assert.equal(mechanism.start().toString(), 'n,,n=a=3Db=2Cc,r=n')
  })

  it('uses a new nonce each time', () => {
    const first = (): string => scram('SCRAM-SHA-256', USER).start().toString()
    assert.notEqual(first(), first())
  })

  it('binds to the connection if the name ends in -PLUS', () => {
    const binding = Buffer.from('exported')
    const mechanism = scram('SCRAM-SHA-1-PLUS', {...USER, nonce: SHA1.nonce, binding})
    assert.match(mechanism.start().toString(), /^p=tls-exporter,,n=user,/)
    const final = mechanism.respond(Buffer.from(SHA1.challenge)).toString()
    const bound = Buffer.from(/^c=([^,]+),/.exec(final)?.[1] ?? '', 'base64').toString()
    assert.equal(bound, 'p=tls-exporter,,exported')
  })

  it('sends that the client supports channel binding, so that the server detects a removed offer', () => {
    const mechanism = scram('SCRAM-SHA-1', {...USER, nonce: SHA1.nonce, bindingUnused: true})
    assert.match(mechanism.start().toString(), /^y,,/)
    assert.match(mechanism.respond(Buffer.from(SHA1.challenge)).toString(), /^c=eSws,/)
  })

  const broken: Record<string, string> = {
    'a nonce that does not begin with that of the client': SHA1.challenge.replace('fyko', 'FYKO'),
    'a nonce without a part of the server': `r=${SHA1.nonce},s=QSXCR+Q6sek8bf92,i=4096`,
    'no salt': SHA1.challenge.replace(/,s=[^,]*/, ''),
    'no iterations': SHA1.challenge.replace(',i=4096', ''),
    'iterations that are not a number': SHA1.challenge.replace('4096', 'many'),
    'half an iteration': SHA1.challenge.replace('4096', '0.5'),
    'too many iterations': SHA1.challenge.replace('4096', '999999999'),
    'a sign in front of the number': SHA1.challenge.replace('4096', '+4096'),
    'a hexadecimal number': SHA1.challenge.replace('4096', '0x1000'),
    'a number with an exponent': SHA1.challenge.replace('4096', '4e3'),
    'a salt that is not Base64': SHA1.challenge.replace('QSXCR+Q6sek8bf92', '!!!!'),
    'an empty salt': SHA1.challenge.replace('QSXCR+Q6sek8bf92', ''),
    'a mandatory extension': `m=ext,${SHA1.challenge}`,
    'a mandatory extension at the end': `${SHA1.challenge},m=ext`,
    'two nonces': `r=other,${SHA1.challenge}`,
    'a second nonce at the end': `${SHA1.challenge},r=other`,
    'an extension twice': `${SHA1.challenge},x=1,x=1`,
    'a field without a name': `${SHA1.challenge},1`,
    'an empty text': '',
  }
  for (const [what, challenge] of Object.entries(broken)) {
    it(`refuses a challenge with ${what}`, () => {
      assert.throws(() => inMiddle().respond(Buffer.from(challenge)), notProven)
    })
  }

  it('ignores optional extensions', () => {
    inMiddle().respond(Buffer.from(`${SHA1.challenge},x=1,Y=`))
  })

  it('refuses fewer than 4096 iterations from an unverified server', () => {
    const respond = (count: number, verified: boolean) => {
      const mechanism = scram('SCRAM-SHA-1', {...USER, nonce: SHA1.nonce, verified})
      mechanism.start()
      return mechanism.respond(Buffer.from(SHA1.challenge.replace('4096', String(count))))
    }
    respond(1, true)
    respond(4096, false)
    assert.throws(() => respond(4095, false), notProven)
  })

  describe('with downgrade protection (XEP-0474 §5)', () => {
    const offer = {
      mechanisms: ['SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS'],
      bindings: ['tls-server-end-point', 'tls-exporter'],
    }
    const respond = (hash: string, came: Offer) => {
      const mechanism = scram('SCRAM-SHA-1', {...USER, nonce: SHA1.nonce, offer: came})
      mechanism.start()
      return mechanism.respond(Buffer.from(`${SHA1.challenge},h=${hash}`))
    }
    const HASH = 'G6k/rBLDqgOhRRaCuuatSDFkJ08='
    // of ejabberd 24.12
    const PLAIN_HASH = 'JAr76TMIowmcgeilhgKuuN7AuvU='
    const names = ['EXTERNAL', 'PLAIN', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1', 'X-OAUTH2']

    it('continues if the hash matches the offer of the server', () => {
      respond(HASH, offer)
      respond(PLAIN_HASH, {...offer, mechanisms: names})
    })

    it('fails if a mechanism or a binding type is missing or was added', () => {
      for (const changed of [
        {...offer, mechanisms: ['SCRAM-SHA-1']},
        {...offer, mechanisms: [...offer.mechanisms, 'PLAIN']},
        {...offer, bindings: ['tls-server-end-point']},
        {...offer, bindings: undefined},
      ])
        assert.throws(() => respond(HASH, changed), notProven)
    })
  })

  it('refuses a second challenge', () => {
    assert.throws(() => afterwards().respond(Buffer.from(SHA1.challenge)), notProven)
  })

  const unproven: Record<string, Buffer | undefined> = {
    'another signature': Buffer.from('v=AAAApqV8S7suAoZWja4dJRkFsKQ='),
    'a short signature': Buffer.from('v=rmF9'),
    'an error': Buffer.from('e=other-error'),
    nothing: undefined,
  }
  for (const [what, data] of Object.entries(unproven)) {
    it(`refuses a success with ${what}`, () => {
      assert.throws(() => afterwards().finish(data), notProven)
    })
  }

  it('refuses a success before the server has proven itself', () => {
    assert.throws(() => inMiddle().finish(Buffer.from(SHA1.success)), notProven)
  })
})
