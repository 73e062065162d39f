import assert from 'node:assert/strict'
import {parseJid} from '../../../src/jid.ts'
import {type Credentials, chooseMechanism} from '../../../src/session/auth/select-mechanism.ts'

/** What differs from an account with a password at a verified server. */
type Changes = Partial<Credentials['account'] & Pick<Credentials, 'binding'>>

const credentials = (changes: Changes = {}): Credentials => {
  const {binding, ...account} = {binding: Buffer.from('exported'), ...changes}
  return {
    account: {
      jid: parseJid('juliet@example.com'),
      password: async () => 'secret',
      anonymous: false,
      trust: {domain: 'example.com'},
      ...account,
    },
    binding,
  }
}

const withCertificate: Changes = {trust: {domain: 'example.com', cert: 'PEM', key: 'PEM'}}

const ALL = [
  ...['PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-1-PLUS', 'SCRAM-SHA-256', 'SCRAM-SHA-256-PLUS'],
  ...['SCRAM-SHA-512', 'SCRAM-SHA-512-PLUS', 'EXTERNAL', 'ANONYMOUS', 'DIGEST-MD5'],
]

interface Case {
  offered: string[]
  bindings?: string[]
  with?: Changes
  chosen: string
}

const CASES: Record<string, Case> = {
  'the strongest of all': {offered: ALL, chosen: 'SCRAM-SHA-512-PLUS'},
  'binding before a longer hash': {
    offered: ['SCRAM-SHA-512', 'SCRAM-SHA-1-PLUS'],
    chosen: 'SCRAM-SHA-1-PLUS',
  },
  'no binding on a connection without one': {
    offered: ALL,
    with: {binding: undefined},
    chosen: 'SCRAM-SHA-512',
  },
  'no binding of an unsupported type': {
    offered: ALL,
    bindings: ['tls-server-end-point'],
    chosen: 'SCRAM-SHA-512',
  },
  'binding of a supported type': {
    offered: ALL,
    bindings: ['tls-server-end-point', 'tls-exporter'],
    chosen: 'SCRAM-SHA-512-PLUS',
  },
  'SCRAM before PLAIN': {offered: ['PLAIN', 'SCRAM-SHA-1'], chosen: 'SCRAM-SHA-1'},
  'PLAIN as the last resort': {offered: ['DIGEST-MD5', 'PLAIN'], chosen: 'PLAIN'},
  'the certificate, if there is one': {
    offered: ALL,
    with: withCertificate,
    chosen: 'EXTERNAL',
  },
  'the password, if the server does not accept a certificate': {
    offered: ['SCRAM-SHA-256'],
    with: withCertificate,
    chosen: 'SCRAM-SHA-256',
  },
  'ANONYMOUS for an anonymous account': {
    offered: ALL,
    with: {anonymous: true},
    chosen: 'ANONYMOUS',
  },
}

describe('choice of a SASL mechanism', () => {
  for (const [what, {offered, bindings, chosen, ...rest}] of Object.entries(CASES)) {
    it(what, async () => {
      const mechanism = await chooseMechanism(
        {mechanisms: offered, bindings},
        credentials(rest.with),
      )
      assert.equal(mechanism.name, chosen)
    })
  }

  const refuses = async (mechanisms: string[], changed: Changes, hint: RegExp) =>
    assert.rejects(
      chooseMechanism({mechanisms, bindings: undefined}, credentials(changed)),
      (error: Error & {exitCode?: number; hint?: string}) => {
        assert.equal(error.exitCode, 77)
        assert.match(`${error.message}; ${error.hint}`, hint)
        return true
      },
    )

  it('refuses PLAIN for an unverified server', () =>
    refuses(
      ['PLAIN'],
      {trust: {domain: 'example.com', insecure: true}},
      /only in clear, which needs a verified certificate/,
    ))

  it('refuses an anonymous sign-in that is not offered', () =>
    refuses(['PLAIN'], {anonymous: true}, /anonymous sign-in; It offers PLAIN/))

  it('refuses unknown mechanisms', () =>
    refuses(['DIGEST-MD5', 'X-OAUTH2'], {}, /no authentication mechanism.*DIGEST-MD5, X-OAUTH2/))

  it('refuses an empty offer', () => refuses([], {}, /It offers nothing/))

  it('does not ask for a password that is not necessary', async () => {
    const password = (): Promise<string> => assert.fail('requested the password')
    for (const changed of [{anonymous: true}, withCertificate])
      await chooseMechanism(
        {mechanisms: ALL, bindings: undefined},
        credentials({...changed, password}),
      )
  })

  const initial = async (mechanisms: string[], changed: Changes): Promise<string> => {
    const offer = {mechanisms, bindings: undefined}
    const mechanism = await chooseMechanism(offer, credentials(changed))
    return mechanism.start().toString()
  }

  it('sends PLAIN as RFC 4616 defines it, with the password prepared by RFC 4013', async () => {
    const password = async (): Promise<string> => 'I\u00adX \u2168'
    assert.equal(await initial(['PLAIN'], {password}), '\0juliet\0IX IX')
  })

  it('sends the JID of the certificate (XEP-0178)', async () => {
    assert.equal(await initial(['EXTERNAL'], withCertificate), 'juliet@example.com')
  })

  it('sends to a server without -PLUS that the client supports channel binding', async () => {
    assert.match(await initial(['SCRAM-SHA-1'], {}), /^y,,/)
    assert.match(await initial(['SCRAM-SHA-1'], {binding: undefined}), /^n,,/)
  })
})
