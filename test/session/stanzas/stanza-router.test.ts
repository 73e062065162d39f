/** Sends and receives stanzas over a stream whose server is the test. */
import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {nextTurn} from '../../../src/next-turn.ts'
import {buildPing} from '../../../src/protocol/core/ping.ts'
import {StanzaRouter} from '../../../src/session/stanzas/stanza-router.ts'
import {XmlStream} from '../../../src/session/stream/stream.ts'
import {traceTo} from '../../../src/session/stream/trace.ts'
import type {Transport} from '../../../src/session/stream/transport.ts'
import {type Element, xml} from '../../../src/xml.ts'

const JULIET = 'juliet@example.com'
const cut = new Failure('connection-lost', 'The connection was lost', EXIT.temporary)

/** A stream, the sent stanzas, and a function that lets stanzas arrive. */
function newWire() {
  const sent: string[] = []
  let room = Promise.resolve()
  let makeRoom = (): void => {}
  let resolveWritten: (text: string) => void = () => {}
  let deliver: (text: string) => void = () => {}
  const transport: Transport = {
    framing: 'stream',
    destroyed: false,
    listen(onText) {
      deliver = onText
      deliver(
        "<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>",
      )
    },
    write(parts) {
      sent.push(...parts)
      resolveWritten(parts.join(''))
      return room
    },
    pause() {},
    resume() {},
    async end() {},
    destroy() {},
  }
  const stream = new XmlStream(transport, traceTo({}))
  return {
    stream,
    sent,
    /** Resolves with the next stanza that is written. */
    written: () =>
      new Promise<string>((resolve) => {
        resolveWritten = resolve
      }),
    /** From now on the socket is full, until `makeRoom`. */
    fill() {
      room = new Promise((resolve) => {
        makeRoom = resolve
      })
    },
    makeRoom: () => makeRoom(),
    async arrives(text: string) {
      deliver(text)
      await nextTurn()
      await nextTurn()
    },
  }
}

/** An open session, with or without stream management. */
async function newSession({managed = false, full = false} = {}) {
  const router = new StanzaRouter(JULIET, 'example.com')
  const wire = newWire()
  if (managed) {
    router.acknowledging.enable(wire.stream)
    await wire.stream.flush()
  }
  run(router, wire)
  if (managed) await wire.arrives("<enabled xmlns='urn:xmpp:sm:3' id='sm-1' resume='true'/>")
  wire.sent.length = 0
  if (full) wire.fill()
  return {router, ...wire}
}

const run = (router: StanzaRouter, {stream}: {stream: XmlStream}): void => {
  router.run(stream, `${JULIET}/balcony`).catch(() => {}) // it ends when the test ends the stream
}

const idOf = (text = ''): string => /id="([^"]+)"/.exec(text)?.[1] ?? ''

const message = (to = 'romeo@example.net'): Element => xml('message', {to}, xml('body', {}, 'Hi'))

describe('router', () => {
  it('resolves with the payload of the answer, from the addressee only', async () => {
    const {arrives, router, sent} = await newSession()
    const answer = router.get(buildPing(), 'example.net')
    await nextTurn()
    const id = idOf(sent[0])
    await arrives(`<iq type='result' id='${id}' from='mallory@example.net'><forged/></iq>`)
    await arrives(`<iq type='result' id='${id}' from='example.net'><true/></iq>`)
    assert.equal((await answer)?.name, 'true')
  })

  it('accepts answers from the JID that the server bound', async () => {
    const router = new StanzaRouter('example.com', 'example.com')
    const wire = newWire()
    router.run(wire.stream, 'guest-1@example.com/x').catch(() => {})
    const answer = router.get(buildPing())
    await nextTurn()
    const id = idOf(wire.sent[0])
    await wire.arrives(`<iq type='result' id='${id}' from='guest-2@example.com'><forged/></iq>`)
    await wire.arrives(`<iq type='result' id='${id}' from='guest-1@example.com'><true/></iq>`)
    assert.equal((await answer)?.name, 'true')
  })

  it('confirms a message when the ping after it is answered', async () => {
    const {arrives, router, sent} = await newSession()
    const accepted = router.sendConfirmed(message())
    await nextTurn()
    assert.equal(sent.length, 2)
    await arrives(`<iq type='result' id='${idOf(sent[1])}' from='example.com'/>`)
    await accepted
  })

  it('rejects a message that is returned, with its error', async () => {
    const {arrives, router, sent} = await newSession()
    const accepted = router.sendConfirmed(message())
    await nextTurn()
    const bounced = arrives(
      `<message type='error' id='${idOf(sent[0])}' from='romeo@example.net'><error type='cancel'>` +
        `<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    )
    await assert.rejects(accepted, {code: 'item-not-found', exitCode: EXIT.noUser})
    await bounced
  })

  it('assigns an error without an id to the oldest message to its sender', async () => {
    const {arrives, router, sent} = await newSession()
    const outcomes = ['romeo@example.net', 'paris@example.net', 'paris@example.net'].map((to) =>
      router.sendConfirmed(message(to)).then(
        () => 'accepted',
        ({code}) => code,
      ),
    )
    await nextTurn()
    await arrives(
      `<message type='error' from='Paris@example.net'><error type='cancel'>` +
        `<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>`,
    )
    await arrives(`<iq type='result' id='${idOf(sent.at(-1))}' from='example.com'/>`)
    assert.deepEqual(await Promise.all(outcomes), ['accepted', 'gone', 'accepted'])
  })

  it('answers requests with a handler, and refuses the others', async () => {
    const {arrives, router, sent} = await newSession()
    router.iqCallee.get('urn:xmpp:ping', 'ping', () => true)
    await arrives("<iq type='get' id='1' from='a@b/c'><ping xmlns='urn:xmpp:ping'/></iq>")
    await arrives("<iq type='get' id='2' from='a@b/c'><query xmlns='jabber:iq:version'/></iq>")
    assert.match(sent[0] ?? '', /^<iq to="a@b\/c" id="1" type="result"\/>$/)
    assert.match(sent[1] ?? '', /id="2".*<service-unavailable/)
  })

  it('answers an incomplete request with an error, without the request', async () => {
    const {arrives, sent} = await newSession()
    await arrives("<iq type='get' id='1' from='a@b/c'/>")
    await arrives("<iq type='set' id='2' from='a@b/c'><large xmlns='urn:example'>…</large></iq>")
    assert.match(sent[0] ?? '', /id="1".*<bad-request/)
    assert.match(sent[1] ?? '', /^<iq to="a@b\/c" id="2" type="error"><error type="cancel">/)
  })

  it('ignores a request whose sender is not an address', async () => {
    const {arrives, router, sent} = await newSession()
    router.iqCallee.get('urn:xmpp:ping', 'ping', () => true)
    for (const from of ['@', '', '@/x'])
      await arrives(`<iq type='get' id='1' from='${from}'><ping xmlns='urn:xmpp:ping'/></iq>`)
    assert.deepEqual(sent, [])
  })

  it('ends the session when a handler throws', async () => {
    const {arrives, router} = await newSession()
    router.iqCallee.get('urn:xmpp:ping', 'ping', () => {
      throw new Error('a bug')
    })
    await arrives("<iq type='get' id='1' from='a@b/c'><ping xmlns='urn:xmpp:ping'/></iq>")
    await assert.rejects(router.get(buildPing(), 'example.net'), {exitCode: EXIT.software})
  })

  it('sends the answer of a slow handler, and none after the end of the session', async () => {
    const {arrives, router, sent} = await newSession()
    const finish: (() => void)[] = []
    router.iqCallee.set(
      'urn:example:slow',
      'slow',
      () => new Promise((resolve) => finish.push(() => resolve(true))),
    )
    await arrives("<iq type='set' id='1' from='a@b/c'><slow xmlns='urn:example:slow'/></iq>")
    await arrives("<iq type='set' id='2' from='a@b/c'><slow xmlns='urn:example:slow'/></iq>")
    assert.deepEqual(sent, [])
    finish[0]?.()
    await nextTurn()
    assert.deepEqual(sent, ['<iq to="a@b/c" id="1" type="result"/>'])
    router.end(cut)
    finish[1]?.()
    await nextTurn()
    assert.equal(sent.length, 1)
  })

  it('rejects sent messages as unknown outcomes when the session ends', async () => {
    const {router} = await newSession()
    const accepted = router.sendConfirmed(message())
    const pending = router.get(buildPing(), 'example.net')
    await nextTurn()
    router.end(cut)
    await assert.rejects(accepted, {code: 'unknown-outcome', exitCode: EXIT.unknownOutcome})
    await assert.rejects(pending, cut)
    await assert.rejects(router.sendConfirmed(message()), cut)
  })

  describe('with stream management', () => {
    it('answers a request when its reader has handled the stanzas before it', async () => {
      const {arrives, router, sent} = await newSession({managed: true})
      const incoming = router.incoming()
      await arrives("<message from='a@b'/><message from='a@b'/><r xmlns='urn:xmpp:sm:3'/>")
      await incoming.next()
      await incoming.next()
      assert.deepEqual(sent, [])
      void incoming.next() // now the second is handled; there is no third
      await nextTurn()
      assert.deepEqual(sent, ['<a xmlns="urn:xmpp:sm:3" h="2"/>'])
    })

    it('acknowledges every hundred handled stanzas without a request', async () => {
      const {arrives, router, sent} = await newSession({managed: true})
      const incoming = router.incoming()
      await arrives("<message from='a@b'/>".repeat(250))
      for (let i = 0; i < 250; i++) await incoming.next()
      assert.deepEqual(
        sent,
        [100, 200].map((h) => `<a xmlns="urn:xmpp:sm:3" h="${h}"/>`),
      )
    })

    it('acknowledges fewer stanzas after a second', async () => {
      const {arrives, router, written} = await newSession({managed: true})
      const incoming = router.incoming()
      await arrives("<message from='a@b'/><message from='a@b'/>")
      await incoming.next()
      void incoming.next()
      assert.equal(await written(), '<a xmlns="urn:xmpp:sm:3" h="1"/>')
    })

    it('answers a request after a second, with what is handled', async () => {
      const {arrives, router, written} = await newSession({managed: true})
      const incoming = router.incoming()
      await arrives("<message from='a@b'/><message from='a@b'/><r xmlns='urn:xmpp:sm:3'/>")
      await incoming.next()
      assert.equal(await written(), '<a xmlns="urn:xmpp:sm:3" h="0"/>')
    })

    it('answers many <r/> once while the socket is full', async () => {
      const {arrives, makeRoom, sent} = await newSession({managed: true, full: true})
      await arrives("<presence from='a@b'/><r xmlns='urn:xmpp:sm:3'/>".repeat(1000))
      assert.deepEqual(sent.splice(0), ['<a xmlns="urn:xmpp:sm:3" h="1"/>'])
      makeRoom()
      await nextTurn()
      assert.deepEqual(sent, ['<a xmlns="urn:xmpp:sm:3" h="1000"/>'])
    })

    it('counts only stanzas, from <enabled/> on', async () => {
      const router = new StanzaRouter(JULIET, 'example.com')
      const wire = newWire()
      router.acknowledging.enable(wire.stream)
      run(router, wire)
      await wire.arrives("<presence from='a@b'/><enabled xmlns='urn:xmpp:sm:3'/>")
      await wire.arrives(
        "<presence from='a@b'/><other xmlns='urn:example'/><r xmlns='urn:xmpp:sm:3'/>",
      )
      assert.equal(wire.sent.at(-1), '<a xmlns="urn:xmpp:sm:3" h="1"/>')
    })

    it('sends missing stanzas again after a resumption, and ignores repeated ones', async () => {
      const {arrives, router} = await newSession({managed: true})
      const incoming = router.incoming()
      const first = router.sendConfirmed(message())
      await arrives("<message id='1'/><message id='2'/>")
      assert.equal((await incoming.next()).value.attrs.id, '1')
      router.lost(cut)
      const resume = router.acknowledging.takeResumable()
      assert.deepEqual(resume, {id: 'sm-1', handled: 0})

      const next = newWire()
      router.acknowledging.resume(next.stream, resume, 1) // the message arrived, but not the ping after it
      run(router, next)
      await next.stream.flush()
      const [ping] = next.sent
      assert.match(ping ?? '', /<ping /)
      await next.arrives("<message id='1'/><message id='2'/>") // none was handled, so the server sends both again
      await next.arrives(`<iq type='result' id='${idOf(ping)}' from='example.com'/>`)
      await first
      await next.arrives("<message id='3'/>")
      assert.equal((await incoming.next()).value.attrs.id, '2')
      assert.equal((await incoming.next()).value.attrs.id, '3')
    })

    it('repeats only requests without an effect in a new session', async () => {
      const {router} = await newSession({managed: true})
      const sent = router.sendConfirmed(message())
      const pending = router.get(buildPing(), 'example.net')
      pending.catch(() => {})
      await nextTurn()
      router.lost(cut)
      router.discardSession()
      await assert.rejects(sent, {code: 'unknown-outcome'})
      const next = newWire()
      run(router, next)
      await nextTurn()
      assert.equal(next.sent.length, 1)
      assert.match(next.sent[0] ?? '', /to="example.net"><ping /)
      await next.arrives(`<iq type='result' id='${idOf(next.sent[0])}' from='example.net'/>`)
      await pending
    })

    it('ends a stream that acknowledges more stanzas than were sent', async () => {
      const router = new StanzaRouter(JULIET, 'example.com')
      const wire = newWire()
      router.acknowledging.enable(wire.stream)
      const running = router.run(wire.stream, `${JULIET}/balcony`)
      const ended = assert.rejects(running, {code: 'miscounted', exitCode: EXIT.protocol})
      await wire.arrives("<enabled xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='3'/>")
      await ended
    })

    it('sends a final acknowledgement', async () => {
      const {arrives, router, sent, stream} = await newSession({managed: true})
      router.incoming()
      await arrives("<iq type='result' id='x' from='a@b'/><message/>")
      router.acknowledging.sendFinalAck(stream)
      await stream.flush()
      assert.deepEqual(sent, ['<a xmlns="urn:xmpp:sm:3" h="1"/>'])
    })
  })
})
