import assert from 'node:assert/strict'
import {
  answer,
  answerRequests,
  bounce,
  NS_SASL,
  NS_STANZA_ERRORS,
  offer,
  readMessage,
  readRequest,
  signInClient,
  takeMessage,
} from '../support/admit.ts'
import type {Peer} from '../support/scripted-server.ts'
import {
  newScriptedSession,
  readUntilClosed,
  type ScriptedServer,
} from '../support/scripted-session.ts'

const NS_BIND = 'urn:ietf:params:xml:ns:xmpp-bind'
const SHUTDOWN =
  "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
const SEND = 'send bob@localhost hi'

const ESCAPES: Record<string, string> = {'&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;'}
const escapeXml = (text: string): string =>
  text.replace(/[&<>\r]/g, (char) => ESCAPES[char] ?? char)

describe('faults in a session', () => {
  const {failure, startServer, run} = newScriptedSession()

  describe('the connection', () => {
    const endings: Record<string, (peer: Peer) => void> = {
      'is reset': (peer) => peer.reset(),
      'is closed': (peer) => peer.end(),
      'ends with a shutdown': (peer) => {
        peer.write(SHUTDOWN)
        peer.end()
      },
    }
    for (const [how, end] of Object.entries(endings)) {
      it(`${how} between a message and its confirmation: 74, without a retry`, async () => {
        const at = await startServer(async (peer) => {
          await takeMessage(peer)
          end(peer)
        })
        const reported = await failure(74, `${SEND} --retry 3`, {at})
        assert.deepEqual([reported.code, reported.state], ['unknown-outcome', 'unknown'])
        assert.equal(at.connections, 1)
      })
    }

    const refusals: Record<string, (peer: Peer) => Promise<unknown>> = {
      'after each sign-in': signInClient,
      'after each message': takeMessage,
    }
    for (const [when, refuse] of Object.entries(refusals))
      for (const [how, end] of Object.entries(endings))
        it(`${how} ${when}: a batch backs off, and ends after --timeout without a confirmation`, async () => {
          const at = await startServer(async (peer) => {
            await refuse(peer)
            end(peer)
          })
          const input = '{"to":"bob@localhost","body":"hi"}\n'.repeat(100)
          const {status, stdout} = await run('send --batch --json --timeout 1s', {at, input})
          // Depends on the time of the fault: before the first session is open, before a line was written, or after one.
          assert.ok([74, 75, 124].includes(status ?? 0), stdout)
          assert.ok(at.connections < 8, `${at.connections} connections`)
        })

    it('is silent after a message: 74 after --timeout', async () => {
      const at = await startServer(async (peer) => void (await takeMessage(peer)))
      const reported = await failure(74, `${SEND} --timeout 2s`, {at})
      assert.deepEqual([reported.code, reported.state], ['unknown-outcome', 'unknown'])
    })

    it('is silent after a request without an effect: 124', async () => {
      const at = await startServer(signInClient)
      assert.equal((await failure(124, 'ping --timeout 2s', {at})).code, 'timeout')
    })

    it('is lost before a stanza was written: 75, and --retry tries again', async () => {
      let connections = 0
      const at = await startServer(async (peer) => {
        if (++connections < 3) {
          await peer.read(/<stream:stream[^>]*>/)
          peer.end()
        } else answer(peer, (await takeMessage(peer)).ping)
      })
      const {status, stdout} = await run(`${SEND} --retry 2`, {at})
      assert.equal(status, 0)
      assert.match(stdout, /^bob@localhost: accepted\b/)
      assert.equal(connections, 3)
    })
  })

  describe('the binding', () => {
    /** Runs the script up to the bind request of the client. */
    const upToBind = async (peer: Peer): Promise<string> => {
      await peer.open(offer('PLAIN'))
      await peer.read('</auth>')
      peer.write(`<success xmlns='${NS_SASL}'/>`)
      await peer.open(`<bind xmlns='${NS_BIND}'/>`)
      return readRequest(peer)
    }
    const bound = (id: string, jid: string, type = 'result'): string =>
      `<iq type='${type}' id='${id}'><bind xmlns='${NS_BIND}'><jid>${jid}</jid></bind></iq>`

    for (const [type, condition, status] of [
      ['wait', 'resource-constraint', 75],
      ['cancel', 'conflict', 69],
    ] as const) {
      it(`is refused with ${condition}: ${status}, because no stanza was processed`, async () => {
        const at = await startServer(async (peer) => {
          const id = await upToBind(peer)
          await readMessage(peer)
          peer.write(bounce({id, name: 'iq', from: 'localhost'}, [type, condition]))
        })
        const reported = await failure(status, SEND, {at})
        assert.deepEqual([reported.code, reported.stage], [condition, 'bind'])
      })
    }

    it('is refused temporarily: --retry sends the message once', async () => {
      let refused = false
      const at = await startServer(async (peer) => {
        const id = await upToBind(peer)
        if (!refused) {
          refused = true
          peer.write(bounce({id, name: 'iq', from: 'localhost'}, ['wait', 'resource-constraint']))
          return
        }
        peer.write(bound(id, 'alice@localhost/here'))
        await readMessage(peer)
        answer(peer, await readRequest(peer))
      })
      assert.equal((await run(`${SEND} --retry 1`, {at})).status, 0)
    })

    for (const how of ['ends', 'ends with a shutdown'] as const) {
      it(`is not reached, because the stream ${how} after the sign-in: 75, nothing was sent`, async () => {
        const at = await startServer(async (peer) => {
          await peer.open(offer('PLAIN'))
          await peer.read('</auth>')
          peer.write(
            `<success xmlns='${NS_SASL}'/>${how === 'ends' ? '' : SHUTDOWN}</stream:stream>`,
          )
          peer.end()
        })
        await failure(75, SEND, {at})
        assert.doesNotMatch((await at.received()).join(''), /<message/)
      })
    }

    for (const [condition, status] of [
      ['system-shutdown', 75],
      ['conflict', 76],
    ] as const)
      it(`is answered with the stream error ${condition}: ${status}, because no stanza was processed`, async () => {
        const at = await startServer(async (peer) => {
          await upToBind(peer)
          await readMessage(peer)
          peer.write(SHUTDOWN.replace('system-shutdown', condition))
          peer.end()
        })
        const reported = await failure(status, SEND, {at})
        assert.deepEqual(
          [reported.code, reported.stage, reported.state],
          [condition, 'bind', undefined],
        )
      })

    it('is answered by the server, not by a request with the same id', async () => {
      const at = await startServer(async (peer) => {
        const id = await upToBind(peer)
        peer.write(bound('bind', 'mallory@localhost/x'))
        peer.write(bound(id, 'mallory@localhost/y', 'set'))
        peer.write(bound(id, 'alice@localhost/here'))
      })
      const {stdout} = await run('whoami --json', {at})
      assert.equal(JSON.parse(stdout).jid, 'alice@localhost/here')
    })

    for (const jid of ['mallory@evil.example/x', 'alice@localhost', '']) {
      it(`has the invalid JID "${jid}": 76`, async () => {
        const at = await startServer(async (peer) => peer.write(bound(await upToBind(peer), jid)))
        const reported = await failure(76, 'whoami', {at})
        assert.deepEqual([reported.code, reported.stage], ['no-jid', 'bind'])
      })
    }
  })

  describe('the XML', () => {
    const ends: Record<string, string> = {
      'is malformed': '<x></y></x>',
      'is forbidden in XMPP': '<!-- x -->',
      'is a shutdown error': SHUTDOWN,
      'ends the stream': '</stream:stream>',
    }
    for (const [what, words] of Object.entries(ends)) {
      it(`${what} before the confirmation, in one packet: 74`, async () => {
        const at = await startServer(async (peer) => {
          const {ping} = await takeMessage(peer)
          peer.write(`${words}<iq type='result' id='${ping}'/>`)
        })
        assert.equal((await failure(74, SEND, {at})).state, 'unknown')
      })
    }

    it('is malformed after a request without an effect: 76', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        await readRequest(peer)
        peer.write("<iq id='1' id='2'/>")
      })
      assert.equal((await failure(76, 'ping', {at})).code, 'bad-xml')
    })

    it('in another namespace is not an answer', async () => {
      const at = await startServer(async (peer) => {
        const {ping} = await takeMessage(peer)
        peer.write(`<iq xmlns='urn:example' type='result' id='${ping}'/>`)
      })
      assert.equal((await failure(74, `${SEND} --timeout 3s`, {at})).state, 'unknown')
    })
  })

  describe('a message that is returned as an error', () => {
    for (const [type, condition, status] of [
      ['cancel', 'item-not-found', 67],
      ['cancel', 'remote-server-not-found', 68],
      ['cancel', 'service-unavailable', 69],
      ['modify', 'not-acceptable', 65],
      ['wait', 'resource-constraint', 75],
      ['auth', 'forbidden', 77],
      ['constructor', 'constructor', 69],
    ] as const) {
      it(`${condition}: ${status}`, async () => {
        const at = await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          peer.write(bounce({id: message}, [type, condition]))
          answer(peer, ping)
        })
        const reported = await failure(status, SEND, {at})
        assert.deepEqual(
          [reported.condition, reported.state, reported.stage],
          [condition, 'failed', 'request'],
        )
      })
    }

    for (const error of [
      "<error code='404' type='cancel'>No such user</error>",
      "<error code='404' type='cancel'><text>No such user</text></error>",
    ])
      it(`${error} keeps its text without a condition: 69`, async () => {
        const at = await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          peer.write(
            `<message type='error' id='${message}' from='bob@localhost'>${error}</message>`,
          )
          answer(peer, ping)
        })
        const reported = await failure(69, SEND, {at})
        assert.deepEqual(
          [reported.condition, reported.text],
          ['undefined-condition', 'No such user'],
        )
      })

    it('a long error is received completely', async () => {
      const long = 'So be it. '.repeat(20_000)
      const at = await startServer(async (peer) => {
        const {message, ping} = await takeMessage(peer)
        const text = `<text xmlns='${NS_STANZA_ERRORS}'>${long}</text></error>`
        peer.write(bounce({id: message}, ['cancel', 'gone']).replace('</error>', text))
        answer(peer, ping)
      })
      assert.equal((await failure(67, SEND, {at})).text, long)
    })

    const accepted = async (at: ScriptedServer): Promise<void> => {
      const {status, stderr, stdout} = await run(SEND, {at})
      assert.deepEqual([status, stderr], [0, ''])
      assert.match(stdout, /^bob@localhost: accepted\b/)
    }

    for (const [who, from] of Object.entries({
      'another account': 'mallory@localhost',
      'another server': 'evil.example',
      'another account of the same name': 'bob@evil.example',
    })) {
      it(`is accepted if the error is from ${who}`, async () => {
        await accepted(
          await startServer(async (peer) => {
            const {message, ping} = await takeMessage(peer)
            peer.write(bounce({id: message, from}, ['cancel', 'item-not-found']))
            answer(peer, ping)
          }),
        )
      })
    }

    it('is accepted if the error has another id', async () => {
      await accepted(
        await startServer(async (peer) => {
          const {message, ping} = await takeMessage(peer)
          peer.write(bounce({id: `${message}0`}, ['cancel', 'item-not-found']))
          answer(peer, ping)
        }),
      )
    })

    it('is not confirmed by a ping result from another address', async () => {
      const at = await startServer(async (peer) => {
        const {ping} = await takeMessage(peer)
        peer.write(`<iq type='result' id='${ping}' from='mallory@localhost/x'/>`)
      })
      assert.equal((await failure(74, `${SEND} --timeout 2s`, {at})).state, 'unknown')
    })
  })

  describe('a request', () => {
    it('is answered by its recipient only', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        const id = await readRequest(peer)
        for (const from of ['mallory@localhost/x', 'evil.example'])
          peer.write(bounce({id, from, name: 'iq'}, ['cancel', 'item-not-found']))
        peer.write(`<iq type='result' id='${id}' from='example.org'/>`)
      })
      const {status, stdout} = await run('ping example.org --json', {at})
      assert.equal(status, 0, stdout)
      assert.equal(JSON.parse(stdout).times.length, 1)
    })

    it('that is refused has the exit code of the refusal', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        const id = await readRequest(peer)
        peer.write(
          bounce({id, from: 'example.org', name: 'iq'}, ['cancel', 'remote-server-not-found']),
        )
      })
      const reported = await failure(68, 'ping example.org', {at})
      assert.deepEqual([reported.condition, reported.stage], ['remote-server-not-found', 'request'])
    })
  })

  describe('large bodies', () => {
    const body = 'Grüße, 世界 🎈\r\n<&>\u{10ffff} '.repeat(70_000) // 2.3 MiB

    it('are sent completely', async () => {
      const at = await startServer(async (peer) => {
        answer(peer, (await takeMessage(peer)).ping)
      })
      const {status, stderr} = await run('send bob@localhost', {at, input: `${body}\n`})
      assert.equal(status, 0, stderr)
      const [sentData = ''] = await at.received()
      // no assert.equal: its diff would be very long
      assert.ok(sentData.includes(`<body>${escapeXml(body)}</body>`), 'the body has changed')
    })

    it('are received completely', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        peer.write(
          `<message from='bob@localhost/x' type='chat'><body>${escapeXml(body)}</body></message>`,
        )
        await answerRequests(peer)
      })
      const {status, stdout} = await run('listen --count 1 --json', {at})
      assert.equal(status, 0)
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      const message = events.find(({event}) => event === 'message')
      assert.ok(message.body === body, 'the body has changed')
    })
  })

  describe('text that XML or XMPP forbids', () => {
    for (const [what, words, code] of [
      ['a control character', `send bob@localhost "$(printf 'a\\033b')"`, 'forbidden-character'],
      ['an empty body', 'send bob@localhost ""', 'empty-body'],
      ['a malformed JID', 'send "bob@@localhost" hi', 'malformed-jid'],
      ['a malformed --jid', 'ping --jid "a b@localhost"', 'malformed-jid'],
    ] as const) {
      it(`${what}: 65, without a connection`, async () => {
        const at = await startServer(readUntilClosed)
        assert.equal((await failure(65, words, {at})).code, code)
        assert.equal(at.connections, 0)
      })
    }
  })
})
