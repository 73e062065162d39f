/** A message that ejabberd stores although `xmpp listen` is available: it was on its way when the session became available. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {xml} from '../../src/xml.ts'
import {environment, start} from '../support/cli.ts'
import {callEjabberd} from '../support/ejabberd.ts'
import {eventsOf, listenedBodies} from '../support/events.ts'
import {forOneTest, type OneTestServer} from '../support/one-test.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

for (const archive of [true, false]) {
  describe(`listen on ejabberd ${archive ? 'with' : 'without'} an archive`, function () {
    this.timeout(60_000)
    let shared: TestServer
    let server: OneTestServer
    before(async () => {
      shared = await sharedEjabberd({archive})
    })
    after(() => shared.stop())
    beforeEach(async () => {
      server = await forOneTest(shared, ['romeo', 'juliet'])
    })

    /** As ejabberd does with a message for a user who is not available: an import (XEP-0227) delivers no message. */
    const store = async (body: string): Promise<void> => {
      const {jid} = server.account('juliet')
      const [name, host] = jid.split('@')
      const attrs = {
        from: `${server.account('romeo').jid}/balcony`,
        to: jid,
        type: 'chat',
        id: body,
      }
      const message = xml('message', {xmlns: 'jabber:client', ...attrs}, xml('body', {}, body))
      const stored = xml('offline-messages', {}, message)
      const user = xml('host', {jid: host}, xml('user', {name}, stored))
      const file = path.join(shared.dir, `${name}.xml`)
      writeFileSync(file, `${xml('server-data', {xmlns: 'urn:xmpp:pie:0'}, user)}`)
      await callEjabberd(shared, 'import_piefxis', {file})
    }

    it('prints a message that was stored after the session had become available, once', async () => {
      const env = environment(server, 'juliet')
      const printed: unknown[] = []
      for await (const event of eventsOf(
        start('exec xmpp listen --json --count 1 --timeout 20s', env),
      )) {
        if (event.event === 'ready') await store('late')
        if (event.event === 'message') printed.push(event.body)
      }
      assert.deepEqual(printed, ['late'])
      await store('last')
      assert.deepEqual(await listenedBodies('--count 1', env), ['last'])
    })

    it('leaves nothing stored that it has printed', async () => {
      const env = environment(server, 'juliet')
      await store('first')
      for await (const event of eventsOf(
        start('exec xmpp listen --json --count 2 --timeout 20s', env),
      ))
        if (event.event === 'message' && event.body === 'first') await store('second')
      const other = {...env, XDG_STATE_HOME: path.join(shared.dir, 'other-state')}
      await store('last')
      assert.deepEqual(await listenedBodies('--count 1', other), ['last'])
    })
  })
}
