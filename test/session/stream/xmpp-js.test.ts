/** Faults of xmpp.js 0.14.0 that the session must not have. A character cut in two and a spoofed answer have their tests in stream.test.ts and stanza-router.test.ts. */
import assert from 'node:assert/strict'
import {mock} from 'node:test'
import {EXIT, Failure} from '../../../src/errors.ts'
import {nextTurn} from '../../../src/next-turn.ts'
import {buildPing} from '../../../src/protocol/core/ping.ts'
import {HT_NONE, hashedToken} from '../../../src/session/auth/hashed-token.ts'
import {type Mechanism, singleMessageMechanism} from '../../../src/session/auth/mechanism.ts'
import {authenticate, authenticateSasl2} from '../../../src/session/auth/sasl.ts'
import {scram} from '../../../src/session/auth/scram.ts'
import {StanzaRouter} from '../../../src/session/stanzas/stanza-router.ts'
import {XmlStream} from '../../../src/session/stream/stream.ts'
import {traceTo} from '../../../src/session/stream/trace.ts'
import type {Transport} from '../../../src/session/stream/transport.ts'
import {Parser} from '../../../src/xml.ts'

const NS_SASL = 'urn:ietf:params:xml:ns:xmpp-sasl'
const NS_SASL2 = 'urn:xmpp:sasl:2'
const HEADER = `<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>`
const EXPIRY = '2099-01-01T00:00:00Z'
const PASSWORD_OFFER = '<mechanism>PLAIN</mechanism><mechanism>SCRAM-SHA-1</mechanism>'

/** A stream whose server is the test. */
function newWire() {
  const sent: string[] = []
  let arrives: (text: string) => void = () => {}
  let written = (): void => {}
  const transport: Transport = {
    framing: 'stream',
    destroyed: false,
    listen(onText) {
      arrives = onText
      onText(HEADER)
    },
    async write(parts) {
      sent.push(...parts)
      written()
    },
    pause() {},
    resume() {},
    async end() {},
    destroy() {},
  }
  const stream = new XmlStream(transport, traceTo({}))
  /** Resolves when the client has written an element with this name. */
  const sends = async (name: string): Promise<string> => {
    for (;;) {
      const found = sent.find((text) => text.startsWith(`<${name} `))
      if (found) return found
      await new Promise<void>((resolve) => {
        written = resolve
      })
    }
  }
  return {stream, sent, sends, arrives: (text: string) => arrives(text)}
}

async function newSession() {
  const router = new StanzaRouter('juliet@example.com', 'example.com')
  const wire = newWire()
  router.run(wire.stream, 'juliet@example.com/balcony').catch(() => {}) // it ends when the test ends the stream
  const request = async () => {
    const answer = router.get(buildPing(), 'example.net')
    answer.catch(() => {}) // awaited later
    await nextTurn()
    const id = /id="([^"]+)"/.exec(wire.sent.at(-1) ?? '')?.[1] ?? ''
    return {answer, id}
  }
  return {router, ...wire, request}
}

const parse = (text: string) => {
  const parser = new Parser()
  const elements: Parameters<XmlStream['push']>[0][] = []
  parser.on('element', (element) => elements.push(element))
  parser.write(`${HEADER}${text}`)
  const [element] = elements
  assert.ok(element)
  return element
}

const offer = (mechanisms: string, inline = '') =>
  parse(`<stream:features><authentication xmlns='${NS_SASL2}'>${mechanisms}<inline>${inline}</inline>
    </authentication><mechanisms xmlns='${NS_SASL}'>${mechanisms}</mechanisms></stream:features>`)

const fastOffer = `<fast xmlns='urn:xmpp:fast:0'><mechanism>${HT_NONE}</mechanism></fast>`

type Kind = 'SASL' | 'SASL2'

/** Starts to authenticate as juliet, without a token. */
function signIn(kind: Kind, mechanism: Mechanism, username = 'juliet') {
  const wire = newWire()
  const features = offer(`<mechanism>${mechanism.name}</mechanism>`)
  const common = {features, mechanism, stream: wire.stream, username}
  const done =
    kind === 'SASL'
      ? authenticate(common)
      : authenticateSasl2({
          ...common,
          bind2: false,
          clientId: 'c',
          forget: false,
          onProof: () => {},
          requested: [],
          token: undefined,
        })
  done.catch(() => {}) // awaited later
  return {done, ...wire}
}

/** Starts to authenticate with a token. */
function useToken({forget = false} = {}) {
  const wire = newWire()
  const done = authenticateSasl2({
    bind2: false,
    clientId: 'c',
    features: offer(PASSWORD_OFFER, fastOffer),
    forget,
    mechanism: hashedToken(HT_NONE, 'juliet', 'secret'),
    onProof: () => {},
    requested: [],
    stream: wire.stream,
    token: {mechanism: HT_NONE, secret: 'secret', expiry: EXPIRY},
    username: 'juliet',
  })
  done.catch(() => {}) // awaited later
  return {done, ...wire}
}

const kinds: [Kind, first: string, namespace: string][] = [
  ['SASL', 'auth', NS_SASL],
  ['SASL2', 'authenticate', NS_SASL2],
]

describe('a stream of xmpp.js', () => {
  it('ignores data after malformed XML', async () => {
    const {arrives, stream} = newWire()
    arrives('<a></b>')
    arrives('<c/>')
    await assert.rejects(stream.read(), {exitCode: EXIT.protocol})
  })

  it('accepts a sender that is not an address', async () => {
    const {arrives, stream} = newWire()
    arrives("<message from='@'><body>x</body></message>")
    assert.equal((await stream.read()).attrs.from, '@')
  })

  it('accepts an empty stream error', async () => {
    const {arrives, stream} = newWire()
    arrives('<stream:error/>')
    await assert.rejects(stream.read(), (error) => error instanceof Failure)
  })

  it('does not follow a redirection, and answers nothing, by itself', async () => {
    const {arrives, sent, stream} = newWire()
    arrives(`<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>evil.example:80
      </see-other-host></stream:error></stream:stream>`)
    await assert.rejects(stream.read(), {condition: 'see-other-host'})
    await nextTurn()
    assert.deepEqual(sent, [])
  })

  it('starts no timer', async () => {
    const timer = mock.method(globalThis, 'setTimeout')
    try {
      const {request, router, stream} = await newSession()
      void stream.open({domain: 'example.com'})
      const {answer} = await request()
      const callers = timer.mock.calls.map(({stack}) => String(stack.stack)) // mocha has timers too
      assert.deepEqual(
        callers.filter((caller) => /@xmpp|src\/session/.test(caller)),
        [],
      )
      router.end(new Failure('connection-lost', 'lost', EXIT.temporary))
      await assert.rejects(answer)
    } finally {
      timer.mock.restore()
    }
  })
})

describe('a request', () => {
  for (const [what, error, condition] of [
    ['without an error element', '', 'undefined-condition'],
    ['with an empty error element', '<error/>', 'undefined-condition'],
    [
      'with the text before the condition',
      `<error type='cancel'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>t</text>
        <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
      'item-not-found',
    ],
  ]) {
    it(`is answered by an error ${what}`, async () => {
      const {arrives, request} = await newSession()
      const {answer, id} = await request()
      arrives(`<iq type='error' id='${id}' from='example.net'>${error}</iq>`)
      await assert.rejects(answer, {condition})
    })
  }

  it('is rejected when the connection is lost', async () => {
    const {request, router} = await newSession()
    const {answer} = await request()
    router.end(new Failure('connection-lost', 'lost', EXIT.temporary))
    await assert.rejects(answer, {code: 'connection-lost'})
  })

  it('that is sent again with its id is answered', async () => {
    const router = new StanzaRouter('juliet@example.com', 'example.com')
    const answer = router.get(buildPing(), 'example.net')
    router.outbox.flushInto(newWire().stream)
    router.outbox.requeue()
    const {arrives, sent, stream} = newWire()
    router.run(stream, 'juliet@example.com/balcony').catch(() => {}) // it ends with the test
    await nextTurn()
    const id = /id="([^"]+)"/.exec(sent.at(-1) ?? '')?.[1]
    arrives(`<iq type='result' id='${id}' from='example.net'><pong/></iq>`)
    assert.equal((await answer)?.name, 'pong')
  })
})

describe('a resumed session', () => {
  it('counts the stanzas in the packet of <resumed/>, and acknowledges what was handled', async () => {
    const {arrives, sends, sent, stream} = newWire()
    const router = new StanzaRouter('juliet@example.com', 'example.com')
    const reader = router.incoming()
    arrives(`<resumed xmlns='urn:xmpp:sm:3' h='0' previd='x'/><message id='a'/><message id='b'/>`)
    const {attrs, name} = await stream.read()
    assert.equal(name, 'resumed')
    router.acknowledging.resume(stream, {id: 'x', handled: 5}, Number(attrs.h))
    router.run(stream, '').catch(() => {}) // it ends with the test
    await reader.next()
    await reader.next() // only now the first counts as handled
    arrives(`<r xmlns='urn:xmpp:sm:3'/>`)
    assert.match(await sends('a'), /h="6"/)
    assert.equal(sent.length, 1)
  })
})

describe('the authentication of xmpp.js', () => {
  for (const [kind, first, namespace] of kinds) {
    it(`refuses a success without a proof (${kind})`, async () => {
      const {arrives, done, sends} = signIn(
        kind,
        scram('SCRAM-SHA-1', {username: 'juliet', password: 'secret'}),
      )
      await sends(first)
      arrives(`<success xmlns='${namespace}'/>`)
      await assert.rejects(done, {code: 'server-not-proven'})
    })

    it(`sends an empty initial response as = (${kind})`, async () => {
      const {sends} = signIn(kind, singleMessageMechanism('ANONYMOUS', Buffer.alloc(0)), '')
      assert.match(await sends(first), />=</)
    })

    it(`passes any bytes both ways (${kind})`, async () => {
      const bytes = Buffer.from(Array.from({length: 256}, (_, i) => i))
      const echo: Mechanism = {
        name: 'ECHO',
        single: false,
        start: () => bytes,
        respond: (challenge) => challenge,
        finish() {},
      }
      const {arrives, sends} = signIn(kind, echo)
      const text = bytes.toString('base64')
      assert.ok((await sends(first)).includes(`>${text}<`))
      arrives(`<challenge xmlns='${namespace}'>${text}</challenge>`)
      assert.equal(await sends('response'), `<response xmlns="${namespace}">${text}</response>`)
    })

    it(`reads an empty challenge and an empty answer (${kind})`, async () => {
      const {arrives, sends} = signIn(kind, {
        ...singleMessageMechanism('EMPTY', Buffer.from('x')),
        respond: (challenge) => challenge,
      })
      await sends(first)
      arrives(`<challenge xmlns='${namespace}'>=</challenge>`)
      assert.equal(await sends('response'), `<response xmlns="${namespace}">=</response>`)
    })

    it(`ends with the failure of the server, even an empty one (${kind})`, async () => {
      const {arrives, done, sends} = signIn(kind, singleMessageMechanism('X', Buffer.from('x')))
      await sends(first)
      arrives(`<failure xmlns='${namespace}'/>`)
      await assert.rejects(done, {code: 'not-authorized', stage: 'auth'})
    })
  }

  for (const [what, answer, code] of [
    [
      'is refused',
      `<failure xmlns='${NS_SASL2}'><not-authorized xmlns='${NS_SASL}'/></failure>`,
      'not-authorized',
    ],
    ['is not proven by the server', `<success xmlns='${NS_SASL2}'/>`, 'server-not-proven'],
  ] as const) {
    it(`does not go on to the password when a token ${what}`, async () => {
      const {arrives, done, sends, sent} = useToken()
      await sends('authenticate')
      arrives(answer)
      await assert.rejects(done, {code})
      await nextTurn()
      assert.equal(sent.length, 1)
    })
  }

  it('makes the server invalidate a token', async () => {
    const {sends} = useToken({forget: true})
    assert.match(await sends('authenticate'), /<fast xmlns="urn:xmpp:fast:0" invalidate="true"\/>/)
  })
})
