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
import {account, chat, numbers, pump} from '../fixtures/accounts.ts'
import {environment, sh, start} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {bodiesOf, eventsOf, type ListenEvent} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import type {TestServer} from '../support/server.ts'

const CUTS = 10
const LATE_MS = 3000

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: startEjabberd,
})) {
  describe(`listen on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let wire: Wire
    beforeEach(async () => {
      server = await startServer({users: ['romeo', 'juliet']})
      wire = await proxy(server.tlsPort)
    })
    afterEach(async () => {
      await wire.close()
      await server.stop()
    })

    const listen = (flags = ''): ChildProcess => {
      const home = path.join(server.dir, 'state')
      const XMPP_SERVER = `xmpps://127.0.0.1:${wire.port}`
      const env = {...environment(server, 'juliet'), XDG_STATE_HOME: home, XMPP_SERVER}
      return start(`exec xmpp listen --json ${flags}`, env)
    }
    const send = (bodies: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          for (const body of bodies) await stanzas.sendConfirmed(chat('juliet@localhost', body))
        },
        {trace: {}},
      )

    it('misses and doubles nothing when the connection is cut ten times', async () => {
      let resumed = 0
      const sender = pump(server, () => resumed >= CUTS)
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
        // what comes late, or twice, comes soon
        if (event.body === 'last') setTimeout(() => listening.kill('SIGTERM'), LATE_MS)
      }
      const sent = await sender.done
      const told = [...numbers(sent), 'last']
      // ejabberd may swap messages in the instant in which it moves a session
      if (server.name === 'ejabberd') bodies.sort((a, b) => told.indexOf(a) - told.indexOf(b))
      assert.deepEqual(bodies, told)
    })

    it('prints nothing again after a signal that comes before it has queried the archive again', async () => {
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
      // ejabberd may swap messages in the instant in which it moves a session
      if (server.name === 'ejabberd') bodies.sort((a, b) => all.indexOf(a) - all.indexOf(b))
      assert.deepEqual(bodies, all)
    })

    it('fills the gap when the server has forgotten the session', async () => {
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

    it('tells after kill -9 what was not told, and at most the last moment twice', async () => {
      const first: ListenEvent[] = []
      const killed = listen()
      let sending: Promise<void> | undefined
      for await (const event of eventsOf(killed)) {
        if (event.event === 'ready') sending = send(numbers(200))
        if (event.event !== 'message') continue
        first.push(event) // what it had printed when it was killed is in the pipe still
        if (first.length === 100) killed.kill('SIGKILL')
      }
      await sending
      await send(['last'])
      const second: ListenEvent[] = []
      for await (const event of eventsOf(listen())) {
        if (event.event !== 'message') continue
        second.push(event)
        if (event.body === 'last') break
      }
      const told = [...first, ...second].map(({body}) => body)
      assert.deepEqual([...new Set(told)], [...numbers(200), 'last'])
      const ids = new Set(first.map(({stanzaId}) => stanzaId))
      const twice = second.filter(({stanzaId}) => ids.has(stanzaId)).map(({body}) => body)
      assert.deepEqual(
        twice,
        first.slice(first.length - twice.length).map(({body}) => body),
      )
    })

    it('hears a room: what it said before, and what it says now', async () => {
      const room = 'coven@conference.localhost'
      const heard: string[] = []
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
            if (event.event === 'message') heard.push(`${event.room} ${event.nick} ${event.body}`)
            if (event.body === 'now') break
          }
        },
        {trace: {}},
      )
      assert.deepEqual(heard, [`${room} romeo before`, `${room} romeo now`])
    })

    it('answers what a good client answers, or nothing', async () => {
      const ask = (jid: string, payload: Element): Promise<Element | undefined> =>
        withSession(account(server, 'romeo', server.tlsPort), ({iq}) => iq.get(payload, jid), {
          trace: {},
        })
      for await (const event of eventsOf(listen())) {
        if (event.event !== 'ready') continue
        const {jid} = event
        const version = await ask(jid, xml('query', {xmlns: 'jabber:iq:version'}))
        assert.equal(version?.getChildText('name'), 'xmpp-cli')
        const time = await ask(jid, xml('time', {xmlns: 'urn:xmpp:time'}))
        assert.ok(Math.abs(Date.parse(time?.getChildText('utc') ?? '') - Date.now()) < 5000)
        if (server.name === 'prosody') {
          // ejabberd passes this on only to those who see our presence
          const last = await ask(jid, xml('query', {xmlns: 'jabber:iq:last'}))
          assert.match(last?.attrs.seconds, /^\d+$/)
        }
        await ask(jid, buildPing())
        const {features, identities} = parseInfo(await ask(jid, buildInfoRequest()))
        assert.deepEqual(identities, [{category: 'client', type: 'console', name: 'xmpp-cli'}])
        assert.ok(features.includes('urn:xmpp:receipts'))
        break
      }
      for await (const event of eventsOf(listen('--no-reply'))) {
        if (event.event !== 'ready') continue
        const asked = ask(event.jid, xml('query', {xmlns: 'jabber:iq:version'}))
        await assert.rejects(asked, {condition: 'service-unavailable'})
        break
      }
    })

    it('shows what other clients of the account do, when asked', async () => {
      for await (const event of eventsOf(listen('--carbons --include message'))) {
        if (event.event === 'ready')
          await withSession(
            account(server, 'juliet', server.tlsPort),
            ({stanzas}) => stanzas.sendConfirmed(chat('romeo@localhost', 'from the other one')),
            {trace: {}},
          )
        if (event.event !== 'message') continue
        assert.equal(event.body, 'from the other one')
        assert.equal(event.carbon, 'sent')
        break
      }
    })

    it('lets those see its presence who were named', async () => {
      const flags = '--accept-subscriptions romeo@localhost --include subscription'
      for await (const event of eventsOf(listen(flags))) {
        if (event.event !== 'ready') continue
        await withSession(
          account(server, 'romeo', server.tlsPort),
          async ({stanzas}) => {
            const incoming = stanzas.incoming()
            await stanzas.sendConfirmed(xml('presence'))
            await stanzas.sendConfirmed(buildSubscription('subscribe', 'juliet@localhost'))
            for await (const {attrs, name} of incoming)
              if (name === 'presence' && attrs.from === event.jid) return
          },
          {trace: {}},
        )
        break
      }
    })

    it('ends quietly when its reader leaves, and tells the next one the rest', async () => {
      await send(numbers(1))
      const told: string[] = []
      const left = path.join(server.dir, 'left')
      const env = {
        ...environment(server, 'juliet'),
        XDG_STATE_HOME: path.join(server.dir, 'state'),
        LEFT: left,
      }
      // The file is there once nobody holds the reading end: what a pipe has taken before is its reader's.
      const command =
        '{ xmpp listen --include message; echo "[$?]" >&2; } | { head -1; exec <&-; touch "$LEFT"; }'
      for (let run = 0; run < 3; run++) {
        const outcome = sh(command, env)
        while (!existsSync(left)) await sleep(20)
        await send([String(run + 1)])
        const {stderr, stdout} = await outcome
        rmSync(left)
        assert.equal(stderr, '[0]\n')
        told.push(stdout.trim().split(' ').at(-1) ?? '')
      }
      assert.deepEqual(told, numbers(3))
    })

    it('ends with its clock while a command runs, and tells the next run of that event again', async () => {
      await send(numbers(3))
      const seen: unknown[] = []
      for await (const event of eventsOf(
        listen("--include message --exec 'sleep 600' --timeout 5s"),
      )) {
        if (event.event === 'message') seen.push(event.body)
        if (event.event === 'end') seen.push(event.reason, event.exitCode)
      }
      assert.deepEqual(seen, ['0', 'timeout', 0])
      assert.deepEqual(await bodiesOf(listen('--count 3 --timeout 20s')), numbers(3))
    })

    it('ends with a signal, and tells the next run all that no command is done with', async () => {
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
      const rest = await bodiesOf(listen('--count 3 --timeout 20s'))
      assert.deepEqual(rest, ['1', '2', '3'])
    })

    it('finds its way by time when the archive does not know how far it was', async () => {
      await send(['0'])
      assert.deepEqual(await bodiesOf(listen('--count 1 --timeout 20s')), ['0'])
      const folder = path.join(server.dir, 'state/xmpp/listen')
      const [file = ''] = readdirSync(folder)
      const bookmark = JSON.parse(readFileSync(path.join(folder, file), 'utf8'))
      writeFileSync(path.join(folder, file), JSON.stringify({...bookmark, after: 'FORGED'}))
      await send(['1'])
      // Another client of the account takes what waits: only the archive has it then.
      await withSession(
        account(server, 'juliet', server.tlsPort),
        async ({stanzas}) => {
          const incoming = stanzas.incoming()
          await stanzas.sendConfirmed(xml('presence'))
          for await (const stanza of incoming) if (stanza.getChildText('body') === '1') break
        },
        {trace: {}},
      )
      // It begins a minute earlier, since clocks differ, and knows what it has printed.
      assert.deepEqual(await bodiesOf(listen('--count 1 --timeout 20s')), ['1'])
    })

    it('hands what it was not asked for to the next run', async () => {
      await send(numbers(4))
      const bodies: string[] = []
      for (let run = 0; run < 4; run++)
        for await (const event of eventsOf(listen('--count 1 --timeout 10s')))
          if (event.event === 'message') bodies.push(event.body)
          else if (event.event === 'end') assert.equal(event.exitCode, 0)
      assert.deepEqual(bodies, numbers(4))
    })
  })
}
