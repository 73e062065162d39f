/** `xmpp listen` loses nothing: connections cut, servers restarted, the process killed. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {buildInfoRequest, parseInfo} from '../../src/protocol/core/disco-info.ts'
import {buildPing} from '../../src/protocol/core/ping.ts'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {buildSubscription} from '../../src/protocol/presence/subscription.ts'
import {withSession} from '../../src/session/session.ts'
import {type Element, xml} from '../../src/xml.ts'
import {account, chat, numbers, sendNumbered} from '../fixtures/accounts.ts'
import {environment, sh, start} from '../support/cli.ts'
import {eventsOf, listenedBodies} from '../support/events.ts'
import {forOneTest, type OneTestServer} from '../support/one-test.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const CUTS = 6
const LATE_MS = 3000

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`listen on ${name}`, function () {
    this.timeout(60_000)
    let shared: TestServer
    let server: OneTestServer
    let romeo: string
    let juliet: string
    let wire: Wire
    before(async () => {
      shared = await startServer()
    })
    after(() => shared.stop())
    beforeEach(async () => {
      server = await forOneTest(shared, ['romeo', 'juliet'])
      romeo = server.account('romeo').jid
      juliet = server.account('juliet').jid
      wire = await proxy(server.tlsPort)
    })
    afterEach(() => wire.close())

    const env = (): NodeJS.ProcessEnv => ({
      ...environment(server, 'juliet'),
      XMPP_SERVER: `xmpps://127.0.0.1:${wire.port}`,
    })
    const listen = (flags = ''): ChildProcess => start(`exec xmpp listen --json ${flags}`, env())
    const next = (count: number): Promise<string[]> =>
      listenedBodies(`--count ${count} --timeout 20s`, env())
    const positionFile = (): string => {
      const folder = path.join(server.dir, 'xdg-state/xmpp/listen')
      return path.join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '')
    }
    const savedPosition = () => JSON.parse(readFileSync(positionFile(), 'utf8'))
    const send = (bodies: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          for (const body of bodies) await stanzas.sendConfirmed(chat(juliet, body))
        },
        {trace: {}},
      )

    it('loses and repeats no message when the connection is cut six times', async () => {
      let resumed = 0
      const sender = sendNumbered(server, () => resumed >= CUTS)
      const bodies: string[] = []
      const listening = listen()
      for await (const event of eventsOf(listening)) {
        if (event.event === 'ready') sender.begin()
        if (event.event === 'ready' || event.event === 'reconnected') {
          if (event.event === 'reconnected' && event.resumed) resumed++
          if (resumed < CUTS) setTimeout(() => wire.cut('reset'), 350)
        }
        if (event.event !== 'message') continue
        bodies.push(event.body)
        // late and repeated messages arrive soon
        if (event.body === 'last') setTimeout(() => listening.kill('SIGTERM'), LATE_MS)
      }
      const sent = await sender.done
      const expectedBodies = [...numbers(sent), 'last']
      // ejabberd may reorder messages while it resumes a session
      if (server.name === 'ejabberd')
        bodies.sort((a, b) => expectedBodies.indexOf(a) - expectedBodies.indexOf(b))
      assert.deepEqual(bodies, expectedBodies)
    })

    it('repeats no message after a signal during a catch-up', async () => {
      const bodies: string[] = []
      const first = listen()
      let sent: Promise<void> | undefined
      for await (const event of eventsOf(first)) {
        if (event.event === 'ready') sent = send(numbers(300))
        if (event.event === 'message') bodies.push(event.body)
        if (event.body === '150') wire.cut('reset')
        if (event.event === 'reconnected') first.kill('SIGTERM')
      }
      await sent
      assert.ok(bodies.length > 150)
      await send(['last'])
      for await (const event of eventsOf(listen())) {
        if (event.event === 'message') bodies.push(event.body)
        if (event.body === 'last') break
      }
      const all = [...numbers(300), 'last']
      // ejabberd may reorder messages while it resumes a session
      if (server.name === 'ejabberd') bodies.sort((a, b) => all.indexOf(a) - all.indexOf(b))
      assert.deepEqual(bodies, all)
    })

    it('fetches missed messages if the session cannot be resumed', async () => {
      const bodies: string[] = []
      const turns: string[] = []
      for await (const event of eventsOf(listen())) {
        if (event.event === 'message') bodies.push(event.body)
        else if (event.event !== 'presence') turns.push(event.event)
        if (event.event === 'ready') await send(['0', '1', '2'])
        if (event.body === '2') {
          wire.stall()
          await server.restart()
          await send(['3', '4', '5'])
          wire.cut()
          wire.resume()
        }
        if (event.event === 'reconnected') void sleep(500).then(() => send(['6', 'last']))
        if (event.body === 'last') break
      }
      assert.deepEqual(bodies, [...numbers(7), 'last'])
      assert.deepEqual(turns, ['ready', 'disconnected', 'reconnected'])
    })

    it('prints the missing messages after kill -9, and repeats only the last ones', async () => {
      const all = numbers(200)
      const first: string[] = []
      const killed = listen()
      let sending: Promise<void> | undefined
      for await (const event of eventsOf(killed)) {
        if (event.event === 'ready') sending = send(all.slice(0, 100))
        if (event.event !== 'message') continue
        first.push(event.body) // the pipe still has the events from before the kill
        if (event.body === '99') {
          while (savedPosition().after !== event.stanzaId) await sleep(20)
          sending = send(all.slice(100))
        }
        if (event.body === '150') killed.kill('SIGKILL')
      }
      await sending
      await send(['last'])
      const second: string[] = []
      for await (const event of eventsOf(listen())) {
        if (event.event === 'message') second.push(event.body)
        if (event.body === 'last') break
      }
      // It may repeat those from after the last save of the position: those of the server first, others after `last`.
      assert.deepEqual([...new Set([...first, ...second])], [...all, 'last'])
      assert.deepEqual(
        second.filter((body) => Number(body) < 100),
        [],
      )
    })

    it('prints the history and the live messages of a room', async () => {
      const room = server.room('coven')
      const printed: string[] = []
      await withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          const arrivals = new StanzaListener(stanzas)
          await enterRoom(stanzas, arrivals, room, {nick: 'romeo', create: true})
          const say = (body: string): Promise<void> =>
            stanzas.send(xml('message', {to: room, type: 'groupchat'}, xml('body', {}, body)))
          await say('before')
          for await (const event of eventsOf(listen(`--room ${room} --nick jules --since 1h`))) {
            if (event.event === 'ready') await say('now')
            if (event.event === 'message') printed.push(`${event.room} ${event.nick} ${event.body}`)
            if (event.body === 'now') break
          }
        },
        {trace: {}},
      )
      assert.deepEqual(printed, [`${room} romeo before`, `${room} romeo now`])
    })

    it('answers version, time and ping requests, or none with --no-reply', async () => {
      const request = (jid: string, payload: Element): Promise<Element | undefined> =>
        withSession(account(server, 'romeo', server.tlsPort), ({iq}) => iq.get(payload, jid), {
          trace: {},
        })
      for await (const event of eventsOf(listen())) {
        if (event.event !== 'ready') continue
        const {jid} = event
        const version = await request(jid, xml('query', {xmlns: 'jabber:iq:version'}))
        assert.equal(version?.getChildText('name'), 'xmpp-cli')
        const time = await request(jid, xml('time', {xmlns: 'urn:xmpp:time'}))
        assert.ok(Math.abs(Date.parse(time?.getChildText('utc') ?? '') - Date.now()) < 5000)
        if (server.name === 'prosody') {
          // ejabberd forwards this request only from subscribers
          const last = await request(jid, xml('query', {xmlns: 'jabber:iq:last'}))
          assert.match(last?.attrs.seconds, /^\d+$/)
        }
        await request(jid, buildPing())
        const {features, identities} = parseInfo(await request(jid, buildInfoRequest()))
        assert.deepEqual(identities, [{category: 'client', type: 'console', name: 'xmpp-cli'}])
        assert.ok(features.includes('urn:xmpp:receipts'))
        break
      }
      for await (const event of eventsOf(listen('--no-reply'))) {
        if (event.event !== 'ready') continue
        const reply = request(event.jid, xml('query', {xmlns: 'jabber:iq:version'}))
        await assert.rejects(reply, {condition: 'service-unavailable'})
        break
      }
    })

    it('prints the messages of other clients of the account with --carbons', async () => {
      for await (const event of eventsOf(listen('--carbons --include message'))) {
        if (event.event === 'ready')
          await withSession(
            account(server, 'juliet', server.tlsPort),
            ({stanzas}) => stanzas.sendConfirmed(chat(romeo, 'from the other one')),
            {trace: {}},
          )
        if (event.event !== 'message') continue
        assert.equal(event.body, 'from the other one')
        assert.equal(event.carbon, 'sent')
        break
      }
    })

    it('approves the subscription requests of the named JIDs', async () => {
      const flags = `--accept-subscriptions ${romeo} --include subscription`
      for await (const event of eventsOf(listen(flags))) {
        if (event.event !== 'ready') continue
        await withSession(
          account(server, 'romeo', server.tlsPort),
          async ({stanzas}) => {
            const incoming = stanzas.incoming()
            await stanzas.sendConfirmed(xml('presence'))
            await stanzas.sendConfirmed(buildSubscription('subscribe', juliet))
            for await (const {attrs, name} of incoming)
              if (name === 'presence' && attrs.from === event.jid) return
          },
          {trace: {}},
        )
        break
      }
    })

    it('ends with 0 when its reader closes the pipe, and the next run prints the rest', async () => {
      await send(numbers(1))
      const bodies: string[] = []
      const left = path.join(server.dir, 'left')
      // The file exists once the reading end is closed: the data that the pipe accepted before counts as printed.
      const command =
        '{ xmpp listen --include message; echo "[$?]" >&2; } | { head -1; exec <&-; touch "$LEFT"; }'
      for (let run = 0; run < 2; run++) {
        const outcome = sh(command, {...environment(server, 'juliet'), LEFT: left})
        while (!existsSync(left)) await sleep(20)
        await send([String(run + 1)])
        const {stderr, stdout} = await outcome
        rmSync(left)
        assert.equal(stderr, '[0]\n')
        bodies.push(stdout.trim().split(' ').at(-1) ?? '')
      }
      assert.deepEqual(bodies, numbers(2))
    })

    // The server has no part in this.
    if (name === 'prosody')
      it('ends at --timeout while a command runs, and the next run has that event again', async () => {
        await send(numbers(3))
        const seen: unknown[] = []
        for await (const event of eventsOf(
          listen("--include message --exec 'sleep 600' --timeout 5s"),
        )) {
          if (event.event === 'message') seen.push(event.body)
          if (event.event === 'end') seen.push(event.reason, event.exitCode)
        }
        assert.deepEqual(seen, ['0', 'timeout', 0])
        assert.deepEqual(await next(3), numbers(3))
      })

    it('ends with a signal, and the next run has all events whose commands were not completed', async () => {
      await send(numbers(4))
      const stuck = `--exec 'case $XMPP_BODY in 1) sleep 600;; esac'`
      for (const [flags, stop] of [
        [stuck, '1'],
        [`${stuck} --jobs 2`, '3'], // others go past the one that is stuck
      ] as const) {
        const listening = listen(`--include message ${flags}`)
        for await (const event of eventsOf(listening)) {
          if (event.event === 'message' && event.body === stop) listening.kill('SIGTERM')
          if (event.event === 'end') assert.equal(event.reason, 'signal')
        }
      }
      const rest = await next(3)
      assert.deepEqual(rest, ['1', '2', '3'])
    })

    it('starts at a time if the archive does not know the last id', async () => {
      await send(['0'])
      assert.deepEqual(await next(1), ['0'])
      writeFileSync(positionFile(), JSON.stringify({...savedPosition(), after: 'FORGED'}))
      await send(['1'])
      // Another client of the account receives the stored messages: then only the archive has them.
      await withSession(
        account(server, 'juliet', server.tlsPort),
        async ({stanzas}) => {
          const incoming = stanzas.incoming()
          await stanzas.sendConfirmed(xml('presence'))
          for await (const stanza of incoming) if (stanza.getChildText('body') === '1') break
        },
        {trace: {}},
      )
      // It begins a minute earlier, since clocks differ, and recognises printed messages.
      assert.deepEqual(await next(1), ['1'])
    })

    it('keeps messages beyond --count for the next run', async () => {
      await send(numbers(3))
      const bodies: string[] = []
      for (let run = 0; run < 3; run++)
        for await (const event of eventsOf(listen('--count 1 --timeout 20s')))
          if (event.event === 'message') bodies.push(event.body)
          else if (event.event === 'end') assert.equal(event.exitCode, 0)
      assert.deepEqual(bodies, numbers(3))
    })
  })
}
