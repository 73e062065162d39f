/** `xmpp send --batch --lines --gather`: lines that were read before a signal are still sent. */
import assert from 'node:assert/strict'
import {environment, finish, linesOf, start} from '../support/cli.ts'
import {listenedBodies} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}))
  describe(`gathered lines on ${name}`, () => {
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
    })
    after(() => server.stop())

    it('sends each message when its lines stop, and the last one after a signal', async () => {
      const env = environment(server, 'alice')
      const child = start('exec xmpp send bob@localhost --batch --lines --gather 10m --json', env)
      const [long, last] = ['a'.repeat(7900), 'the last words'.repeat(10)]
      // The first message is full when the second line is read, so its result shows that both were read.
      child.stdin?.write(`${long}\n${last}\n`)
      const nextLine = linesOf(child.stdout)
      const {lines, state} = JSON.parse(await nextLine())
      assert.deepEqual([lines, state], [1, 'accepted'])
      child.kill('SIGINT')
      const second = JSON.parse(await nextLine())
      assert.deepEqual([second.line, second.lines, second.state], [2, 1, 'accepted'])
      assert.equal((await finish(child)).status, 130)
      const words = '--include message --count 2 --timeout 20s'
      assert.deepEqual(await listenedBodies(words, environment(server, 'bob')), [long, last])
    })
  })
