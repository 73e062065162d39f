import assert from 'node:assert/strict'
import {createInterface} from 'node:readline'
import {environment, finish, linesOf, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

describe('presence watch', function () {
  this.timeout(40_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    await runXmpp('presence subscribe bob@localhost', environment(server, 'alice'))
    await runXmpp('presence approve alice@localhost', environment(server, 'bob'))
  })
  after(() => server.stop())

  it('reconnects after a restart of the server, and prints further changes', async () => {
    const child = start('exec xmpp presence watch --json --count 4', environment(server, 'alice'))
    assert.ok(child.stdout)
    const events: Array<Record<string, unknown>> = []
    for await (const line of createInterface({input: child.stdout})) {
      const event = JSON.parse(line) as Record<string, unknown>
      assertMatchesSchema(event, 'presence-watch')
      events.push(event)
      const comes = event.event === 'ready' || event.event === 'reconnected'
      if (comes) await runXmpp('presence set --show chat', environment(server, 'bob'))
      if (events.length === 3) await server.restart()
    }
    assert.deepEqual(
      events.map(({event, show}) => show ?? event),
      ['ready', 'chat', 'offline', 'disconnected', 'reconnected', 'chat', 'offline', 'end'],
    )
    assert.deepEqual(
      events.map(({seq}) => seq),
      events.map((_, index) => index),
    )
  })
})

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`presence watch on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
      await runXmpp('presence subscribe bob@localhost', environment(server, 'alice'))
      await runXmpp('presence approve alice@localhost', environment(server, 'bob'))
    })
    after(() => server.stop())

    it('prints contacts that went offline during an outage', async () => {
      const watch = start('exec xmpp presence watch --json --count 2', environment(server, 'alice'))
      const line = linesOf(watch.stdout)
      const event = async (): Promise<unknown> => {
        const {event, show} = JSON.parse(await line())
        return show ?? event
      }
      assert.equal(await event(), 'ready')
      const bob = start('exec xmpp presence set --show chat --hold', environment(server, 'bob'))
      assert.equal(await event(), 'chat')
      // The server keeps the session of bob for a resumption: until it restarts, bob stays available.
      const gone = finish(bob)
      bob.kill('SIGKILL')
      await gone
      process.kill(server.pid, 'SIGKILL') // a regular end would send an unavailable presence
      await server.restart()
      assert.deepEqual(
        [await event(), await event(), await event(), await event()],
        ['disconnected', 'reconnected', 'offline', 'end'],
      )
    })
  })
}
