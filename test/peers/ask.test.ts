/** Questions of `xmpp ask` that other clients answer. */
import assert from 'node:assert/strict'
import path from 'node:path'
import {environment, finish, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {Screen} from '../support/screen.ts'
import type {TestServer} from '../support/server.ts'
import {hasProfanity, hasSlixmpp, openProfanity} from './peer.ts'

const CLOSED = 'Deploy?\n\nAnswered by bob@localhost: yes\n'

describe('ask, answered by other clients', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(() => server.stop())

  const ask = () => runXmpp('ask bob@localhost Deploy? --timeout 50s', environment(server, 'alice'))

  for (const way of ['reply', 'response', 'action', 'reaction'])
    it(`slixmpp, by ${way}`, async function () {
      if (!hasSlixmpp()) this.skip()
      const program = path.join(import.meta.dirname, 'slixmpp-answerer.py')
      const env = {...environment(server, 'bob'), TLS_PORT: String(server.tlsPort)}
      const answering = finish(start(`exec /usr/bin/python3 ${program} ${way}`, env))
      assert.deepEqual(await ask(), {status: 0, signal: null, stdout: 'yes\n', stderr: ''})
      const {stderr, stdout} = await answering
      assert.equal(stdout, CLOSED, stderr)
    })

  describe('profanity', () => {
    let screen: Screen
    before(async function () {
      if (!hasProfanity()) this.skip()
      screen = await openProfanity(server, server.dir)
    })
    after(() => screen?.close())

    it('by a typed word, and shows the correction', async () => {
      const asking = ask()
      await screen.sees(/alice@localhost/)
      await screen.type('/msg alice@localhost Yes')
      assert.deepEqual(await asking, {status: 0, signal: null, stdout: 'yes\n', stderr: ''})
      await screen.sees(/Answered by bob@localhost: yes/)
    })
  })
})
