import assert from 'node:assert/strict'
import {
  answer,
  answerRequests,
  NS_SASL,
  offer,
  readMessage,
  readRequest,
  signInClient,
} from '../support/admit.ts'
import {EXPIRED, newAuthority, type Pair, selfSigned} from '../support/certificates.ts'
import {refusing, silent} from '../support/faults.ts'
import type {Peer} from '../support/scripted-server.ts'
import {authority, newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

const STARTTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

const NS_STREAM = 'http://etherx.jabber.org/streams'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** A SCRAM challenge to the client's first message. */
function challengeTo(auth: string): string {
  const initial = /<(?:auth|initial-response)\b[^>]*>([^<]*)</.exec(auth)?.[1] ?? ''
  const nonce = /r=([^,]*)/.exec(Buffer.from(initial, 'base64').toString())?.[1]
  const challenge = `r=${nonce}more,s=${base64('salt')},i=4096`
  return `<challenge xmlns='${NS_SASL}'>${base64(challenge)}</challenge>`
}

const streamError = (condition: string): string =>
  `<stream:error><${condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`

describe('faults before a session', () => {
  const {failure, closeAfterEach, startServer, run} = newScriptedSession()

  const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
    const start = performance.now()
    const result = await work
    const elapsed = performance.now() - start
    assert.ok(elapsed < ms, `took ${elapsed} ms`)
    return result
  }

  describe('in the connection', () => {
    it('connection refused: 75', async () => {
      const at = {uri: `xmpps://127.0.0.1:${await refusing()}`}
      const {code, stage} = await failure(75, 'ping', {at})
      assert.deepEqual([code, stage], ['connection-failed', 'connect'])
    })

    // A label of more than 63 characters is invalid for every resolver, so DNS is not queried.
    it('a name that does not exist: 68', async () => {
      const at = {uri: `xmpps://${'a'.repeat(64)}.example`}
      const {code, stage} = await failure(68, 'ping', {at})
      assert.deepEqual([code, stage], ['host-not-found', 'resolve'])
    })

    for (const scheme of ['xmpp', 'xmpps']) {
      it(`silence on ${scheme}: 75 after --timeout`, async () => {
        const {port} = closeAfterEach(await silent())
        const at = {uri: `${scheme}://127.0.0.1:${port}`}
        const {code, stage} = await within(10_000, failure(75, 'ping --timeout 1s', {at}))
        assert.deepEqual([code, stage], ['timeout', 'tls'])
      })
    }
  })

  describe('in TLS', () => {
    const localhost = {domains: ['localhost']}
    const certificates: Record<string, [code: string, pair: Pair]> = {
      'for another domain': [
        'certificate-name-mismatch',
        authority.issue({domains: ['other.example']}),
      ],
      'that has expired': ['certificate-expired', authority.issue({...localhost, ...EXPIRED})],
      'that is self-signed': ['certificate-untrusted', selfSigned(localhost)],
      'of an unknown CA': ['certificate-untrusted', newAuthority().issue(localhost)],
    }
    for (const [what, [code, pair]] of Object.entries(certificates)) {
      it(`a certificate ${what}: 76, and nothing is sent`, async () => {
        const at = await startServer(readUntilClosed, {pair})
        const reported = await failure(76, 'ping', {at})
        assert.deepEqual([reported.code, reported.stage], [code, 'tls'])
        assert.equal((await at.received()).join(''), '')
      })
    }

    it('a stripped STARTTLS offer: 76, and no secret in clear', async () => {
      const at = await startServer((peer) => peer.open(offer('PLAIN', 'SCRAM-SHA-1')), {
        clear: true,
      })
      const {code, stage} = await failure(76, 'ping', {at})
      assert.deepEqual([code, stage], ['no-encryption', 'tls'])
      const [sentData = ''] = await at.received()
      assert.match(sentData, /^<\?xml[^>]*><stream:stream [^>]*>$/, 'only the header')
      assert.doesNotMatch(sentData, /alice/, 'no JID')
    })

    it('a refusal to begin TLS: 76', async () => {
      const refuse = async (peer: Peer): Promise<void> => {
        await peer.open(STARTTLS)
        await peer.read(/<starttls[^>]*>/)
        peer.write("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:stream>")
      }
      const at = await startServer(refuse, {clear: true})
      assert.equal((await failure(76, 'ping', {at})).code, 'no-encryption')
    })

    for (const [what, words] of Object.entries({
      'an element': '<stream:features/>',
      'a second stream': `<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='${NS_STREAM}'>`,
      'a stream error': streamError('reset'),
      'the end of the stream': '</stream:stream>',
    }))
      it(`${what} in clear after <proceed/>: 76 at once, and it is ignored`, async () => {
        const inject = async (peer: Peer): Promise<void> => {
          await peer.open(STARTTLS)
          await peer.read(/<starttls[^>]*>/)
          peer.write(`<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>${words}`)
        }
        const at = await startServer(inject, {clear: true})
        const {code, message} = await failure(76, 'ping', {at})
        assert.equal(code, 'no-encryption', message)
      })
  })

  describe('in the stream', () => {
    it('silence inside TLS: 75 after --connect-timeout', async () => {
      const at = await startServer(readUntilClosed)
      const reported = await within(10_000, failure(75, 'listen --connect-timeout 1s', {at}))
      assert.deepEqual([reported.code, reported.stage], ['timeout', 'auth'])
    })

    it('silence inside TLS: --retry tries again after --connect-timeout', async () => {
      let silent = true
      const at = await startServer(async (peer) => {
        if (silent) {
          silent = false
          return
        }
        await signInClient(peer)
        await answerRequests(peer)
      })
      const {status, stdout} = await run('ping --json --connect-timeout 2s --retry 1', {at})
      assert.equal(status, 0, stdout)
      assert.equal(at.connections, 2)
    })

    const endings: Record<string, [status: number, code: string, words: string]> = {
      'a shutdown': [75, 'system-shutdown', streamError('system-shutdown')],
      'a domain that is not served': [68, 'host-unknown', streamError('host-unknown')],
      'another stream error': [76, 'bad-format', streamError('bad-format')],
      'a conflict': [76, 'conflict', streamError('conflict')],
      'a violation of its policy': [76, 'policy-violation', streamError('policy-violation')],
      'an undefined stream error': [76, 'constructor', streamError('constructor')],
      'the end of the stream': [75, 'connection-lost', '</stream:stream>'],
      'malformed XML': [76, 'bad-xml', '<a></b>'],
      'the end of the connection': [75, 'connection-lost', ''],
    }
    for (const [what, [status, code, words]] of Object.entries(endings)) {
      it(`${what}: ${status}`, async () => {
        const at = await startServer(async (peer) => {
          await peer.read(/<stream:stream[^>]*>/)
          peer.write(`<stream:stream xmlns='jabber:client' id='1' version='1.0' from='localhost'
            xmlns:stream='http://etherx.jabber.org/streams'>${words}`)
          peer.end()
        })
        const reported = await failure(status, 'send bob@localhost hi', {at})
        assert.equal(reported.code, code)
      })
    }
  })

  describe('a server that redirects to another host', () => {
    const sendTo = (authority: string) => async (peer: Peer) => {
      await peer.read(/<stream:stream[^>]*>/)
      peer.write(`<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='${NS_STREAM}'>
        <stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>${authority}</see-other-host>
        <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Go</text></stream:error></stream:stream>`)
    }
    const authorityOf = ({uri}: {uri: string}): string => new URL(uri).host

    it('is followed, and the other host accepts the message', async () => {
      const there = await startServer(async (peer) => {
        await signInClient(peer)
        await readMessage(peer)
        answer(peer, await readRequest(peer))
      })
      const at = await startServer(sendTo(authorityOf(there)))
      const {status, stdout, stderr} = await run('send bob@localhost hi --verbose', {at})
      assert.equal(status, 0, stderr)
      assert.match(stdout, /accepted/)
      assert.match(stderr, /redirects the client to xmpps:/)
      assert.match((await there.received()).join(''), /<stream:stream [^>]*to="localhost"/)
    })

    it('is followed before TLS, and the other host must also offer TLS', async () => {
      const there = await startServer((peer) => peer.open(offer('PLAIN')), {clear: true})
      const at = await startServer(sendTo(authorityOf(there)), {clear: true})
      assert.equal((await failure(76, 'ping', {at})).code, 'no-encryption')
      assert.equal(there.connections, 1)
    })

    it('is refused if the other host has no certificate for the domain: 76', async () => {
      const there = await startServer(readUntilClosed, {
        pair: authority.issue({domains: ['other.example']}),
      })
      const at = await startServer(sendTo(authorityOf(there)))
      assert.equal((await failure(76, 'ping', {at})).code, 'certificate-name-mismatch')
    })

    it('is refused after several redirections: 76', async () => {
      const at: {uri: string; connections: number} = await startServer((peer) =>
        sendTo(authorityOf(at))(peer),
      )
      const reported = await failure(76, 'ping --retry 3', {at})
      assert.deepEqual([reported.code, reported.text], ['see-other-host', authorityOf(at)])
      assert.equal(at.connections, 4)
    })

    for (const nowhere of ['', 'a b', 'evil@host', 'host/path']) {
      it(`is refused with an invalid address ("${nowhere}"): 76`, async () => {
        const at = await startServer(sendTo(nowhere))
        assert.equal((await failure(76, 'ping', {at})).code, 'see-other-host')
        assert.equal(at.connections, 1)
      })
    }
  })

  describe('in place of a stream', () => {
    const answers: Record<string, [code: string, words: string]> = {
      HTTP: ['bad-xml', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
      'a web page': ['not-xmpp', '<html><head>'],
      'a stream for servers': [
        'not-xmpp',
        `<stream:stream xmlns='jabber:server' version='1.0' xmlns:stream='${NS_STREAM}'>`,
      ],
      'a stream from before XMPP 1.0': [
        'not-xmpp',
        `<stream:stream xmlns='jabber:client' xmlns:stream='${NS_STREAM}'>`,
      ],
      'a document type': ['bad-xml', '<!DOCTYPE stream [<!ENTITY a "b">]>'],
    }
    for (const [what, [code, words]] of Object.entries(answers)) {
      it(`${what}: 76 at once`, async () => {
        const at = await startServer(async (peer) => {
          await peer.read(/<stream:stream[^>]*>/)
          peer.write(words)
        })
        const reported = await failure(76, 'ping', {at})
        assert.deepEqual([reported.code, reported.stage], [code, 'auth'])
      })
    }

    it('a stream from another domain: accepted, because the certificate is checked', async () => {
      const at = await startServer(async (peer) => {
        await peer.read(/<stream:stream[^>]*>/)
        peer.write(`<stream:stream xmlns='jabber:client' version='1.0' from='other.example'
          xmlns:stream='${NS_STREAM}'><stream:features>${offer()}</stream:features>`)
      })
      assert.equal((await failure(77, 'ping', {at})).code, 'no-mechanism')
    })

    it('too much data before TLS: 76', async () => {
      const at = await startServer(
        async (peer) => {
          await peer.read(/<stream:stream[^>]*>/)
          peer.write(`<stream:stream id='${'>'.repeat(2 ** 20)}`)
        },
        {clear: true},
      )
      const reported = await failure(76, 'ping', {at})
      assert.deepEqual([reported.code, reported.stage], ['too-large', 'tls'])
    })
  })

  describe('in SASL', () => {
    const refuse = (condition: string) => async (peer: Peer) => {
      await peer.open(offer('PLAIN'))
      await peer.read('</auth>')
      peer.write(`<failure xmlns='${NS_SASL}'><${condition}/><text>So it is</text></failure>`)
    }
    for (const [condition, status] of [
      ['temporary-auth-failure', 75],
      ['not-authorized', 77],
      ['account-disabled', 77],
      ['invalid-mechanism', 76],
      ['constructor', 77],
    ] as const) {
      it(`${condition}: ${status}`, async () => {
        const at = await startServer(refuse(condition))
        const reported = await failure(status, 'send bob@localhost hi', {at})
        assert.deepEqual(
          [reported.condition, reported.text, reported.stage],
          [condition, 'So it is', 'auth'],
        )
      })
    }

    it('names of mechanisms between white space', async () => {
      const at = await startServer(async (peer) => {
        await peer.open(offer('\n        PLAIN\n      '))
        await peer.read('</auth>')
        peer.write(`<failure xmlns='${NS_SASL}'><account-disabled/></failure>`)
      })
      assert.equal((await failure(77, 'ping', {at})).code, 'account-disabled')
    })

    it('a further task of SASL2: 77 with its name, and nothing was sent', async () => {
      const at = await startServer(async (peer) => {
        await peer.open(`<authentication xmlns='urn:xmpp:sasl:2'>
          <mechanism> PLAIN </mechanism></authentication>`)
        await peer.read('</authenticate>')
        await readMessage(peer)
        peer.write(`<continue xmlns='urn:xmpp:sasl:2'><tasks><task>HOTP-EXAMPLE</task></tasks>
          </continue>`)
      })
      const {code, message, state} = await failure(77, 'send bob@localhost hi', {at})
      assert.deepEqual([code, state], ['more-tasks', undefined])
      assert.match(message, /HOTP-EXAMPLE/)
    })

    it('a server that stalls: 75 after --timeout', async () => {
      const at = await startServer(async (peer) => {
        await peer.open(offer('SCRAM-SHA-256'))
        await peer.read('</auth>')
      })
      const reported = await within(10_000, failure(75, 'ping --timeout 2s', {at}))
      assert.deepEqual([reported.code, reported.stage], ['timeout', 'auth'])
    })

    /** Continues without knowing the password. */
    const pretend = async (peer: Peer): Promise<void> => {
      await peer.open(offer('SCRAM-SHA-1'))
      peer.write(challengeTo(await peer.read('</auth>')))
      await peer.read('</response>')
      peer.write(
        `<success xmlns='${NS_SASL}'>${base64(`v=${base64('12345678901234567890')}`)}</success>`,
      )
    }

    it('a server that does not know the password: 76, and nothing is sent to it', async () => {
      const at = await startServer(pretend)
      const reported = await failure(76, 'send bob@localhost hi', {at})
      assert.deepEqual([reported.code, reported.stage], ['server-not-proven', 'auth'])
      assert.doesNotMatch((await at.received()).join(''), /<iq|<message/)
    })

    it('a server that skips its proof: 76, and nothing is sent to it', async () => {
      const at = await startServer(async (peer) => {
        await peer.open(offer('SCRAM-SHA-1'))
        await peer.read('</auth>')
        peer.write(`<success xmlns='${NS_SASL}'/>`)
      })
      assert.equal((await failure(76, 'send bob@localhost hi', {at})).code, 'server-not-proven')
      assert.doesNotMatch((await at.received()).join(''), /<iq|<message/)
    })

    describe('with --insecure', () => {
      const pair = selfSigned({domains: ['other.example']})

      it('never sends the password in clear: 77', async () => {
        const at = await startServer((peer) => peer.open(offer('PLAIN')), {pair})
        assert.equal((await failure(77, 'ping --insecure', {at})).code, 'no-mechanism')
        assert.doesNotMatch((await at.received()).join(''), /<auth/)
      })

      it('sends no stanza to a server that has not proven itself', async () => {
        const at = await startServer(pretend, {pair})
        const reported = await failure(76, 'send bob@localhost hi --insecure', {at})
        assert.equal(reported.code, 'server-not-proven')
        assert.doesNotMatch((await at.received()).join(''), /<iq|<message/)
      })

      it('sends no stanza before the answer, in contrast to a verified server', async () => {
        const sasl2 = async (peer: Peer): Promise<void> => {
          await peer.open(`<authentication xmlns='urn:xmpp:sasl:2'>
            <mechanism>SCRAM-SHA-1</mechanism></authentication>`)
          const challenge = challengeTo(await peer.read('</authenticate>'))
          peer.write(challenge.replaceAll(NS_SASL, 'urn:xmpp:sasl:2'))
        }
        const words = 'send bob@localhost hi --timeout 2s'
        const early = await startServer(sasl2)
        await failure(74, words, {at: early})
        assert.match((await early.received()).join(''), /<\/response><iq.*<message/)
        const late = await startServer(sasl2, {pair})
        await failure(75, `${words} --insecure`, {at: late})
        assert.match((await late.received()).join(''), /<\/response>(<\/stream:stream>)?\s*$/)
      })
    })
  })
})
