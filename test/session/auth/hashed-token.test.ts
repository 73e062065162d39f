import assert from 'node:assert/strict'
import {HT_EXPORTER, HT_NONE, hashedToken} from '../../../src/session/auth/hashed-token.ts'

/** HMACs of OpenSSL: printf 'Initiator\001\002' | openssl dgst -sha256 -hmac token -binary | base64 */
const INITIATOR = 'ndJbQX/zYqLn5CPhchzN/JoxLHm6kpQ4pwbhdnfYY/k='
const RESPONDER = 'LpDQeurbj+2O+IFbKEWq8nd4TM2Z8KmD4Keoc+e9GI4='
const INITIATOR_UNBOUND = '0k2VSC8NbgNcVueH2sTtgyvdhO4+okKqrdmCJwwzAAY='

const BINDING = Buffer.from([1, 2])
const bound = () => hashedToken(HT_EXPORTER, 'juliet', 'token', BINDING)
const bytes = (base64: string): Buffer => Buffer.from(base64, 'base64')

describe('HT', () => {
  it('proves the token and the connection in its only message', () => {
    const message = Buffer.concat([Buffer.from('juliet\0'), bytes(INITIATOR)])
    assert.deepEqual(bound().start(), message)
    assert.equal(bound().single, true)
  })

  it('proves the token alone without channel binding', () => {
    const message = Buffer.concat([Buffer.from('juliet\0'), bytes(INITIATOR_UNBOUND)])
    assert.deepEqual(hashedToken(HT_NONE, 'juliet', 'token').start(), message)
  })

  it('accepts the proof of a server that knows the token, on this connection', () => {
    bound().finish(bytes(RESPONDER))
  })

  const unproven: Record<string, Buffer | undefined> = {
    'no proof': undefined,
    'an empty proof': Buffer.alloc(0),
    'the proof of the client': bytes(INITIATOR),
    'the proof for another connection': bytes(INITIATOR_UNBOUND),
  }
  for (const [what, data] of Object.entries(unproven)) {
    it(`refuses ${what}`, () => {
      assert.throws(() => bound().finish(data), {code: 'server-not-proven', exitCode: 76})
    })
  }

  it('refuses a challenge, because it has only one message', () => {
    assert.throws(() => bound().respond(Buffer.from('more')), {code: 'server-not-proven'})
  })
})
