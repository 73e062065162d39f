/** What `xmpp listen` did not print stays where the next run finds it, with and without an archive. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {readdirSync, rmSync} from 'node:fs'
import path from 'node:path'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers, pump} from '../fixtures/accounts.ts'
import {readRequest, signInClient} from '../support/admit.ts'
import {environment, finish, start} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {bodiesOf, eventsOf} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import {newScriptedSession} from '../support/scripted-session.ts'
import type {TestServer} from '../support/server.ts'

const KILLS = 4
const LATE_MS = 2000
const ROOM = 'coven@conference.localhost'

for (const [name, startServer] of Object.entries({
  prosody: () => startProsody({users: ['romeo', 'juliet']}),
  'prosody without an archive': () => startProsody({users: ['romeo', 'juliet'], archive: false}),
  ejabberd: () => startEjabberd({users: ['romeo', 'juliet']}),
  'ejabberd without an archive': () => startEjabberd({users: ['romeo', 'juliet'], archive: false}),
})) {
  describe(`listen keeps what it did not print, on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    beforeEach(async () => {
      server = await startServer()
    })
    afterEach(() => server.stop())

    const listen = (flags = ''): ChildProcess =>
      start(`exec xmpp listen --json --include message ${flags}`, environment(server, 'juliet'))
    const send = (bodies: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          for (const body of bodies) await stanzas.sendConfirmed(chat('juliet@localhost', body))
        },
        {trace: {}},
      )

    /** While romeo is in the room, which is gone when nobody is in it. */
    const inRoom = (use: () => Promise<void>): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          await enterRoom(stanzas, new StanzaListener(stanzas), ROOM, {nick: 'romeo', create: true})
          await use()
        },
        {trace: {}},
      )

    it('takes nothing from the server when a room cannot be entered', async () => {
      await send(numbers(5))
      const refused = await finish(listen('--room nosuch@conference.localhost --nick jules'))
      assert.equal(refused.status, 67, refused.stdout)
      assert.deepEqual(await bodiesOf(listen('--count 5 --timeout 20s')), numbers(5))
    })

    const inFiveRuns = async (flags: string): Promise<void> => {
      await send(numbers(5))
      const bodies: string[] = []
      for (let run = 0; run < 5; run++)
        bodies.push(...(await bodiesOf(listen(`--count 1 ${flags}`))))
      await send(['last'])
      bodies.push(...(await bodiesOf(listen(`--count 1 ${flags}`))))
      assert.deepEqual(bodies, [...numbers(5), 'last'])
    }

    it('prints five messages, each once, in five runs that print one', () =>
      inFiveRuns('--timeout 20s'))

    it('does so where they wait until a room is entered', () =>
      inRoom(() => inFiveRuns(`--timeout 20s --room ${ROOM} --nick jules`)))

    it('prints in the next run what came after one that was killed before it printed anything', async () => {
      const killed = listen()
      const gone = new Promise((resolve) => killed.once('exit', resolve))
      for await (const event of eventsOf(killed)) if (event.event === 'ready') break
      await gone
      await send(numbers(3))
      assert.deepEqual(await bodiesOf(listen('--count 3 --timeout 20s')), numbers(3))
      await send(['last'])
      assert.deepEqual(await bodiesOf(listen('--count 1 --timeout 20s')), ['last'])
    })

    const afterLostSession = async (): Promise<string[]> => {
      const killed = listen()
      const gone = new Promise((resolve) => killed.once('exit', resolve))
      for await (const event of eventsOf(killed)) {
        if (event.event === 'ready') await send(['first'])
        if (event.event === 'message') break
      }
      await gone
      await server.restart() // it keeps no session
      await send(['last'])
      const events: string[] = []
      for await (const event of eventsOf(listen())) {
        if (event.event === 'gap')
          assert.ok(event.from < (event.until ?? ''), JSON.stringify(event))
        if (event.event === 'gap' || event.body === 'last') events.push(event.body ?? event.event)
        if (events.includes('last') && (hasArchive || events.includes('gap'))) break
      }
      return events.toSorted()
    }
    const hasArchive = !name.endsWith('without an archive')

    it('says after a kill whether messages may be missing, for which only an archive helps', async () => {
      assert.deepEqual(await afterLostSession(), hasArchive ? ['last'] : ['gap', 'last'])
    })

    if (hasArchive)
      it('prints nothing twice that one run had from the archive and the next has from the server', async () => {
        const killed = listen()
        const gone = new Promise((resolve) => killed.once('exit', resolve))
        for await (const event of eventsOf(killed)) if (event.event === 'ready') break
        await gone
        const folder = path.join(server.dir, 'xdg-state/xmpp/listen')
        for (const file of readdirSync(folder))
          if (file.endsWith('.session')) rmSync(path.join(folder, file))
        await send(numbers(3))
        const bodies: string[] = []
        bodies.push(...(await bodiesOf(listen('--count 3 --timeout 20s'))))
        await server.restart()
        await send(['last'])
        for await (const event of eventsOf(listen())) {
          if (event.event === 'message') bodies.push(event.body)
          if (event.body === 'last') break
        }
        assert.deepEqual(bodies, [...numbers(3), 'last'])
      })

    it('prints each message once, however often it is killed, but for what was printed last', async () => {
      const first: string[] = []
      const again: string[] = []
      let kills = 0
      // Prosody resumes no session that has more than 500 stanzas to acknowledge.
      const isAhead = (sent: number): boolean => sent - first.length > 300
      const sender = pump(server, () => kills >= KILLS, isAhead)
      while (!first.includes('last')) {
        const listening = listen()
        const gone = new Promise((resolve) => listening.once('exit', resolve))
        let isFirst = true
        for await (const event of eventsOf(listening)) {
          if (event.event === 'ready') sender.begin()
          if (event.event !== 'message') continue
          ;(first.includes(event.body) ? again : first).push(event.body)
          // ejabberd archives late what arrived while it moved a session
          if (event.body === 'last') setTimeout(() => listening.kill('SIGTERM'), LATE_MS)
          if (isFirst && kills < KILLS) setTimeout(() => listening.kill('SIGKILL'), 600)
          isFirst = false
        }
        await gone
        kills++
      }
      const sent = [...numbers(await sender.done), 'last']
      // ejabberd may swap messages in the instant in which it moves a session
      if (server.name === 'ejabberd') first.sort((a, b) => sent.indexOf(a) - sent.indexOf(b))
      assert.deepEqual(first, sent)
      assert.ok(again.length < first.length / 2, `${again.length} of ${first.length} came twice`)
    })
  })
}

describe('listen to a room that does not answer', () => {
  const {startServer, run} = newScriptedSession()

  it('does not announce the account, which would have all that waits delivered', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const id = await readRequest(peer)
      peer.write(`<iq type='result' id='${id}' from='silent@conference.localhost'>
        <query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/></query></iq>`)
      await peer.read('</presence>')
    })
    const room = '--room silent@conference.localhost --nick alice'
    const {status} = await run(`listen --json --timeout 1s ${room}`, {at})
    assert.equal(status, 124)
    const [said = ''] = await at.received()
    assert.match(said, /<presence to="silent@conference.localhost\/alice"/)
    assert.doesNotMatch(said, /<presence(?! to=)/)
  })
})
