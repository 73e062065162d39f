import assert from 'node:assert/strict'
import {once} from 'node:events'
import net from 'node:net'
import {XmlStream} from '../../../src/session/stream/stream.ts'
import {traceTo} from '../../../src/session/stream/trace.ts'
import {tcpTransport} from '../../../src/session/stream/transport.ts'
import {type Element, xml} from '../../../src/xml.ts'
import {type LoopbackServer, listen} from '../../support/loopback.ts'

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0' id='1'
  xmlns:stream='http://etherx.jabber.org/streams'>`

describe('stream', () => {
  let server: LoopbackServer
  let peer: net.Socket
  let socket: net.Socket
  let stream: XmlStream
  let received: string

  beforeEach(async () => {
    const listener = net.createServer({noDelay: true})
    const connection = once(listener, 'connection')
    server = await listen(listener)
    socket = net.connect({port: server.port, host: '127.0.0.1', noDelay: true})
    ;[peer] = (await connection) as [net.Socket]
    received = ''
    peer.setEncoding('utf8').on('data', (text: string) => {
      received += text
    })
    stream = new XmlStream(tcpTransport(socket), traceTo({}))
  })
  afterEach(() => server.close())

  const readUntil = async (text: string): Promise<void> => {
    while (!received.includes(text)) await once(peer, 'data')
  }
  /** Writes the bytes as one segment, and resolves when they have been read. */
  const send = async (bytes: Buffer | string): Promise<void> => {
    const read = once(socket, 'data')
    peer.write(bytes)
    await read
  }

  it('sends its header and the pushed elements in one flight', async () => {
    void stream.open({domain: 'example.com', from: 'juliet@example.com'})
    stream.push(xml('a'))
    stream.push(xml('b'))
    assert.equal(received, '')
    await stream.flush()
    await readUntil('<b/>')
    assert.match(received, /^<\?xml version='1.0'\?><stream:stream [^>]*[^/]><a\/><b\/>$/)
    assert.match(received, / from="juliet@example.com" to="example.com" version="1.0"/)
  })

  it('sends a carriage return as a character reference', async () => {
    stream.push(xml('body', {}, 'a\r\nb'))
    await stream.flush()
    await readUntil('</body>')
    assert.equal(received, '<body>a&#xD;\nb</body>')
  })

  it('adds one listener for the drain of a full socket, for any number of writes', async () => {
    peer.pause()
    const flights: Promise<void>[] = []
    const write = (element: Element): void => {
      stream.push(element)
      flights.push(stream.flush())
    }
    const long = xml('body', {}, 'x'.repeat(2 ** 16))
    while (!socket.writableNeedDrain) write(long)
    const before = socket.listenerCount('drain')
    for (let i = 0; i < 100; i++) write(xml('a'))
    assert.equal(socket.listenerCount('drain'), before)
    peer.resume()
    await Promise.all(flights)
  })

  it('reads an element whose bytes arrive one by one', async () => {
    const bytes = Buffer.from(
      `${HEADER}<message id='ß'><body>Grüße 世界 🎈 &amp; &#xD;</body></message>`,
    )
    const start = bytes.indexOf('<message')
    await send(bytes.subarray(0, start))
    for (let i = start; i < bytes.length; i++) await send(bytes.subarray(i, i + 1))
    const message = await stream.read()
    assert.equal(message.attrs.id, 'ß')
    assert.equal(message.getChildText('body'), 'Grüße 世界 🎈 & \r')
  })

  it('reads several elements of one segment separately', async () => {
    await send(`${HEADER}<a/><b/>`)
    assert.equal((await stream.read()).name, 'a')
    assert.equal(stream.unread, true)
    assert.equal((await stream.read()).name, 'b')
    assert.equal(stream.unread, false)
  })

  it('reads a long text in a time that grows with its length only', async () => {
    stream.stage = 'request'
    const body = `${'x'.repeat(2 ** 10 - 1)}>`.repeat(2 ** 13)
    const before = process.cpuUsage()
    peer.write(`${HEADER}<message><body>${body}</body></message>`)
    const message = await stream.read()
    assert.ok(message.getChildText('body') === body)
    const {system, user} = process.cpuUsage(before) // other processes do not count, unlike with a clock
    const ms = (system + user) / 1000
    assert.ok(ms < 5000, `took ${ms} ms`) // a fifth of a second; minutes if the time were quadratic
  })

  it('restarts without the rest of the old stream', async () => {
    await send(`${HEADER}<success/> `)
    await stream.read()
    void stream.open({domain: 'example.com'})
    await send(`${HEADER}<again/>`)
    assert.equal((await stream.read()).name, 'again')
  })

  it('restarts without an XML declaration after white space', async () => {
    void stream.open({domain: 'example.com'})
    await stream.flush()
    stream.nudge()
    void stream.open({domain: 'example.com'})
    await stream.flush()
    await readUntil('> <stream:stream ')
  })

  for (const [stage, most] of [
    ['auth', 2 ** 18],
    ['request', 2 ** 24],
  ] as const) {
    it(`refuses an element of more than ${most} characters at stage ${stage}`, async function () {
      this.timeout(60_000) // 32 MiB pass through the parser
      stream.stage = stage
      const long = 'x'.repeat(most - 100)
      peer.write(`${HEADER}<a><b>${long}</b></a><a><b>${long}`)
      assert.equal((await stream.read()).name, 'a')
      peer.write('y'.repeat(200))
      await assert.rejects(stream.read(), {code: 'too-large', exitCode: 76, stage})
    })
  }

  it('reads nothing after malformed XML, even in the same segment', async () => {
    await send(`${HEADER}<a/></b><c/>`)
    assert.equal((await stream.read()).name, 'a')
    await assert.rejects(stream.read(), {code: 'bad-xml', exitCode: 76})
    assert.equal(stream.unread, false)
  })

  it('reads all elements before its end, and then rejects', async () => {
    await send(`${HEADER}<last/></stream:stream>`)
    assert.equal((await stream.read()).name, 'last')
    await assert.rejects(stream.read(), {code: 'connection-lost', exitCode: 75})
  })

  it('ends with the stream error of the server', async () => {
    await send(`${HEADER}<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>
      <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Replaced</text></stream:error>`)
    await assert.rejects(stream.read(), {code: 'conflict', exitCode: 76, text: 'Replaced'})
  })

  it('ends with a reset', async () => {
    const reading = stream.read()
    peer.resetAndDestroy()
    await assert.rejects(reading, {code: 'connection-lost', exitCode: 75})
  })

  it('closes once, with the closing tag', async () => {
    void stream.open({domain: 'example.com'})
    await stream.flush()
    const over = once(peer, 'end')
    await Promise.all([stream.close(), stream.close()])
    await over
    assert.equal(received.match(/<\/stream:stream>/g)?.length, 1)
    assert.match(received, /<\/stream:stream>$/)
  })

  it('sends no closing tag if it was not opened', async () => {
    const over = once(peer, 'close')
    await stream.close()
    await over
    assert.equal(received, '')
  })
})
