/** Connections that begin in clear, at a port that is not for them. */
import assert from 'node:assert/strict'
import net from 'node:net'
import {Failure} from '../../../src/errors.ts'
import {withSession} from '../../../src/session/session.ts'
import {account} from '../../fixtures/accounts.ts'
import {startProsody} from '../../support/prosody.ts'
import type {TestServer} from '../../support/server.ts'
import {closeAll, listen} from '../loopback.ts'

/** Of OpenSSL, for bytes that are no TLS: fatal, protocol_version. */
const TLS_ALERT = Buffer.from([0x15, 3, 1, 0, 2, 2, 70])
const HEADER = `<stream:stream xmlns="jabber:client" xmlns:stream="http://etherx.jabber.org/streams" version="1.0">`

describe('STARTTLS at a port for direct TLS', () => {
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['juliet']})
  })
  after(() => server.stop())
  afterEach(closeAll)

  const failureAt = async (port: number): Promise<Failure> => {
    const juliet = {...account(server, 'juliet', port), server: `xmpp://127.0.0.1:${port}`}
    const error = await withSession(juliet, ({bound}) => bound, {trace: {note() {}}}).catch(
      (error: unknown) => error,
    )
    assert.ok(error instanceof Failure, String(error))
    return error
  }
  const answering = async (bytes: string | Buffer): Promise<Failure> =>
    failureAt(
      await listen(net.createServer((socket) => void socket.once('data', () => socket.end(bytes)))),
    )

  it('names the other kind of address when Prosody closes the connection', async () => {
    const {code, exitCode, hint} = await failureAt(server.tlsPort)
    assert.deepEqual([code, exitCode], ['connection-lost', 75])
    assert.match(hint ?? '', /xmpps:\/\//)
  })

  it('names the other kind of address after a TLS alert', async () => {
    const {exitCode, hint} = await answering(TLS_ALERT)
    assert.equal(exitCode, 76)
    assert.match(hint ?? '', /xmpps:\/\//)
  })

  it('does not name it once the server has answered in XMPP', async () => {
    const {code, hint} = await answering(HEADER)
    assert.deepEqual([code, hint], ['connection-lost', undefined])
  })
})
