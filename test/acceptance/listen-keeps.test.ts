/** Messages that `xmpp listen` did not print are printed by the next run, with and without an archive. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, rmSync} from 'node:fs'
import path from 'node:path'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers, sendNumbered} from '../fixtures/accounts.ts'
import {readRequest, signInClient} from '../support/admit.ts'
import {environment, start} from '../support/cli.ts'
import {eventsOf, listenedBodies} from '../support/events.ts'
import {forOneTest, type OneTestServer} from '../support/one-test.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {newScriptedSession} from '../support/scripted-session.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const KILLS = 3
const LATE_MS = 2000

for (const [name, startServer] of Object.entries({
  prosody: () => startProsody(),
  'prosody without an archive': () => startProsody({archive: false}),
  ejabberd: () => sharedEjabberd(),
  'ejabberd without an archive': () => sharedEjabberd({archive: false}),
})) {
  describe(`listen keeps unprinted messages on ${name}`, function () {
    this.timeout(60_000)
    let shared: TestServer
    let server: OneTestServer
    before(async () => {
      shared = await startServer()
    })
    after(() => shared.stop())
    beforeEach(async () => {
      server = await forOneTest(shared, ['romeo', 'juliet'])
    })

    const listen = (): ChildProcess =>
      start('exec xmpp listen --json --include message', environment(server, 'juliet'))
    const next = (count: number, flags = ''): Promise<string[]> => {
      const words = `--include message --count ${count} --timeout 20s ${flags}`
      return listenedBodies(words, environment(server, 'juliet'))
    }
    const send = (bodies: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          const {jid} = server.account('juliet')
          for (const body of bodies) await stanzas.sendConfirmed(chat(jid, body))
        },
        {trace: {}},
      )

    /** Runs while romeo is in the room, which exists only with an occupant. */
    const inRoom = (use: () => Promise<void>): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          const room = server.room('coven')
          await enterRoom(stanzas, new StanzaListener(stanzas), room, {nick: 'romeo', create: true})
          await use()
        },
        {trace: {}},
      )

    it('on the server, if a room cannot be joined', async () => {
      await send(numbers(5))
      const room = '--room nosuch@conference.localhost --nick jules'
      const refused = await runXmpp(`listen --json ${room}`, environment(server, 'juliet'))
      assert.equal(refused.status, 67, refused.stdout)
      assert.deepEqual(await next(5), numbers(5))
    })

    const inThreeRuns = async (flags = ''): Promise<void> => {
      await send(numbers(3))
      const bodies: string[] = []
      for (let run = 0; run < 3; run++) bodies.push(...(await next(1, flags)))
      await send(['last'])
      bodies.push(...(await next(1, flags)))
      assert.deepEqual(bodies, [...numbers(3), 'last'])
    }

    it('and prints three messages in three runs with --count 1, each once', () => inThreeRuns())

    it('and does so with a room, which is joined first', () =>
      inRoom(() => inThreeRuns(`--room ${server.room('coven')} --nick jules`)))

    /** Kills a run with SIGKILL when it prints this event. */
    const killAt = async (kind: string, onReady = async (): Promise<void> => {}): Promise<void> => {
      const killed = listen()
      const gone = once(killed, 'exit')
      for await (const {event} of eventsOf(killed)) {
        if (event === 'ready') await onReady()
        if (event === kind) break // kills it
      }
      await gone
    }

    it('and prints messages that arrived after a run was killed before it printed anything', async () => {
      await killAt('ready')
      await send(numbers(3))
      assert.deepEqual(await next(3), numbers(3))
      await send(['last'])
      assert.deepEqual(await next(1), ['last'])
    })

    // This server keeps no session over it.
    describe('over a restart of the server,', () => {
      const hasArchive = !name.endsWith('without an archive')
      let afterKill: OneTestServer
      let afterArchive: OneTestServer
      let fromArchive: string[]
      before(async () => {
        server = afterKill = await forOneTest(shared, ['romeo', 'juliet'])
        await killAt('message', () => send(['first']))
        if (hasArchive) {
          server = afterArchive = await forOneTest(shared, ['romeo', 'juliet'])
          await killAt('ready')
          const folder = path.join(server.dir, 'xdg-state/xmpp/listen')
          for (const file of readdirSync(folder))
            if (file.endsWith('.session')) rmSync(path.join(folder, file))
          await send(numbers(3))
          fromArchive = await next(3)
        }
        await shared.restart()
      })

      it('and prints a gap after a lost session, if there is no archive', async () => {
        server = afterKill
        await send(['last'])
        const events: string[] = []
        for await (const event of eventsOf(listen())) {
          if (event.event === 'gap')
            assert.ok(event.from < (event.until ?? ''), JSON.stringify(event))
          if (event.event === 'gap' || event.body === 'last') events.push(event.body ?? event.event)
          if (events.includes('last') && (hasArchive || events.includes('gap'))) break
        }
        assert.deepEqual(events.toSorted(), hasArchive ? ['last'] : ['gap', 'last'])
      })

      if (hasArchive)
        it('and prints a message once that one run gets from the archive and the next from the server', async () => {
          server = afterArchive
          assert.deepEqual(fromArchive, numbers(3))
          await send(['last'])
          const bodies: string[] = []
          for await (const event of eventsOf(listen())) {
            if (event.event === 'message') bodies.push(event.body)
            if (event.body === 'last') break
          }
          assert.deepEqual(bodies, ['last'])
        })
    })

    it('and prints each message once after several kills, except the last printed ones', async () => {
      const first: string[] = []
      const again: string[] = []
      let kills = 0
      // Prosody does not resume a session with more than 500 unacknowledged stanzas.
      const isAhead = (sent: number): boolean => sent - first.length > 300
      const sender = sendNumbered(server, () => kills >= KILLS, isAhead)
      while (!first.includes('last')) {
        const listening = listen()
        const gone = once(listening, 'exit')
        let isFirst = true
        for await (const event of eventsOf(listening)) {
          if (event.event === 'ready') sender.begin()
          if (event.event !== 'message') continue
          ;(first.includes(event.body) ? again : first).push(event.body)
          // ejabberd archives messages late that arrive while it resumes a session
          if (event.body === 'last') setTimeout(() => listening.kill('SIGTERM'), LATE_MS)
          if (isFirst && kills < KILLS) setTimeout(() => listening.kill('SIGKILL'), 600)
          isFirst = false
        }
        await gone
        kills++
      }
      const sent = [...numbers(await sender.done), 'last']
      // ejabberd may reorder messages while it resumes a session
      if (server.name === 'ejabberd') first.sort((a, b) => sent.indexOf(a) - sent.indexOf(b))
      assert.deepEqual(first, sent)
      assert.ok(again.length < first.length / 2, `${again.length} of ${first.length} came twice`)
    })
  })
}

describe('listen to a room that does not answer', () => {
  const {startServer, run} = newScriptedSession()

  it('does not become available, because the server would deliver the stored messages', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const id = await readRequest(peer)
      peer.write(`<iq type='result' id='${id}' from='silent@conference.localhost'>
        <query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query></iq>`)
      await peer.read('</presence>')
    })
    const room = '--room silent@conference.localhost --nick alice'
    const {status} = await run(`listen --json --timeout 2s ${room}`, {at})
    assert.equal(status, 124)
    const [sentData = ''] = await at.received()
    assert.match(sentData, /<presence to="silent@conference.localhost\/alice"/)
    assert.doesNotMatch(sentData, /<presence(?! to=)/)
  })
})
