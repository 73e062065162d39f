/** The endpoint of the last session: it is tried first, and forgotten when it no longer leads to a session. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import net from 'node:net'
import {withSession} from '../../../src/session/session.ts'
import type {Account, Endpoint, SavedState, StateStore} from '../../../src/session/types.ts'
import {account} from '../../fixtures/accounts.ts'
import {startProsody} from '../../support/prosody.ts'
import type {TestServer} from '../../support/server.ts'
import {closedPort} from '../loopback.ts'

const at = (port: number): Endpoint => ({kind: 'tls', host: '127.0.0.1', port})

describe('the saved endpoint', () => {
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['juliet']})
  })
  after(() => server.stop())

  /** Signs in without --server; `left` is the saved state for the next run. */
  const signIn = async (endpoint: Endpoint | undefined, left: Partial<SavedState>[]) => {
    const memory: StateStore = {
      load: async () => ({
        clientId: 'f7a9c7b2-0c5b-4e61-8f0b-3f9c4f1f0a11',
        ...(endpoint && {endpoint}),
      }),
      save: async (changes) => void left.push(changes as Partial<SavedState>),
    }
    const juliet: Account = {...account(server, 'juliet', 0), server: undefined, memory}
    const notes: string[] = []
    const note = (_: string, text: string): void => void notes.push(text)
    const bound = await withSession(juliet, ({bound}) => bound, {trace: {note}})
    return {bound, notes}
  }

  it('is used without DNS', async () => {
    const left: Partial<SavedState>[] = []
    const {bound, notes} = await signIn(at(server.tlsPort), left)
    assert.equal(bound.server.port, server.tlsPort)
    assert.match(notes[0] ?? '', /where it was the last time/)
    assert.ok(
      left.every((changes) => !('endpoint' in changes)),
      'the saved endpoint keeps its time',
    )
  })

  it('is replaced by DNS if the connection is refused', async () => {
    const gone = await closedPort()
    await assert.rejects(signIn(at(gone), []), (error: Error) => {
      assert.match(error.message, /localhost:5223/)
      assert.doesNotMatch(error.message, new RegExp(String(gone)))
      return true
    })
  })

  it('is forgotten if another server answers', async () => {
    const other = await startProsody({certificate: 'other-name'})
    const left: Partial<SavedState>[] = []
    try {
      await assert.rejects(signIn(at(other.tlsPort), left), /localhost:5223/)
    } finally {
      await other.stop()
    }
    assert.deepEqual(left, [{endpoint: undefined}])
  })

  it('is saved if a look-up in DNS led to a session', async function () {
    const usual = net.createServer((client) => {
      const upstream = net.connect(server.tlsPort, '127.0.0.1')
      client.pipe(upstream).pipe(client)
      for (const socket of [client, upstream]) socket.on('error', () => {})
    })
    const listening = once(usual.listen(5223, '127.0.0.1'), 'listening')
    if (
      !(await listening.then(
        () => true,
        () => false,
      ))
    )
      return this.skip() // a server on this machine
    const left: Partial<SavedState>[] = []
    try {
      await signIn(undefined, left)
    } finally {
      usual.close()
    }
    const endpoint = {kind: 'tls', host: 'localhost', port: 5223}
    assert.deepEqual(
      left.find((changes) => 'endpoint' in changes),
      {endpoint},
    )
  })
})
