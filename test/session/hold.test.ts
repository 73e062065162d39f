/** Sessions that outlive their connection: real servers behind a proxy that cuts connections. */
import assert from 'node:assert/strict'
import {randomUUID} from 'node:crypto'
import {setTimeout as sleep} from 'node:timers/promises'
import {Failure} from '../../src/errors.ts'
import {parseJid} from '../../src/jid.ts'
import {buildPing} from '../../src/protocol/core/ping.ts'
import {type Hold, type Session, withSession} from '../../src/session/session.ts'
import type {Account} from '../../src/session/types.ts'
import {type Element, xml} from '../../src/xml.ts'
import {account, chat, numbers, sendNumbered} from '../fixtures/accounts.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy, type Proxy as Wire} from '../support/proxy.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const CUTS = 6

const starters = {
  prosody: () => startProsody({users: ['romeo', 'juliet']}),
  'prosody without SASL2': () => startProsody({users: ['romeo', 'juliet'], sasl2: false}),
  ejabberd: () => sharedEjabberd({users: ['romeo', 'juliet']}),
}

for (const [name, start] of Object.entries(starters)) {
  describe(`a held session on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let wire: Wire
    before(async () => {
      server = await start()
      wire = await proxy(server.tlsPort)
    })
    after(async () => {
      await wire.close()
      await server.stop()
    })

    it('neither loses nor doubles a message when the connection is cut', async () => {
      const seen: string[] = []
      const backs: boolean[] = []
      let cuts = 0
      let since = performance.now()
      // ejabberd can lose or reorder stanzas that arrive while it resumes a session, but none from before.
      const isMoving = (): boolean =>
        server.name === 'ejabberd' && (backs.length < cuts || performance.now() - since < 100)
      // Prosody does not resume a session with more than 500 unacknowledged stanzas.
      const isAhead = (sent: number): boolean => sent - seen.length > 300
      const wait = (sent: number): boolean => isMoving() || isAhead(sent)
      const sender = sendNumbered(server, () => backs.length >= CUTS, wait)
      await listenAs(
        account(server, 'juliet', wire.port),
        async (stanza) => {
          const body = stanza.getChildText('body')
          if (body === null) return
          await sleep(3) // a slow reader: some stanzas are queued when the connection is cut
          seen.push(body)
          if (cuts < CUTS && backs.length === cuts && performance.now() - since > 350) {
            cuts++
            wire.cut('reset')
          }
          return body === 'last'
        },
        {
          onDisconnect() {},
          onReconnect(_, resumed) {
            since = performance.now()
            backs.push(resumed)
          },
        },
        () => sender.begin(),
      )
      assert.deepEqual(seen, [...numbers(await sender.done), 'last'])
      assert.deepEqual(backs, Array(CUTS).fill(true))
    })

    it('delivers the messages that were sent during the outage', async () => {
      const total = 60
      const outgoing = account(server, 'juliet', wire.port)
      const received: string[] = []
      await withSession(
        account(server, 'romeo', server.tlsPort),
        async ({bound, stanzas}) => {
          const incoming = stanzas.incoming()
          await stanzas.sendConfirmed(xml('presence'))
          await bound
          const {jid} = await withSession(
            outgoing,
            async (session) => {
              const {jid} = await session.bound
              for (let i = 0; i < total; i++) {
                const isCut = i % 20 === 10
                // ejabberd doubles stanzas that it has not processed yet when it resumes the session.
                const sure = isCut && server.name === 'ejabberd'
                const message = chat('romeo@localhost', i)
                await (sure
                  ? session.stanzas.sendConfirmed(message)
                  : session.stanzas.send(message))
                if (isCut) wire.cut()
                await sleep(5)
              }
              await session.stanzas.sendConfirmed(chat('romeo@localhost', total))
              return {jid}
            },
            {trace: {}, hold: {onDisconnect() {}, onReconnect() {}}},
          )
          for await (const stanza of incoming) {
            if (stanza.attrs.from === jid) received.push(stanza.getChildText('body') ?? '')
            if (received.length > total) break
          }
        },
        {trace: {}},
      )
      assert.deepEqual(received, numbers(total + 1))
    })

    it('detects a dead connection without FIN or RST', async () => {
      const events: string[] = []
      const silence = {idleMs: 200, timeoutMs: 200}
      await withSession(
        account(server, 'juliet', wire.port),
        async ({bound, iq}) => {
          await bound
          await iq.get(buildPing(), 'localhost') // after the answer, the session can be resumed
          wire.stall()
          await until(() => events.includes('lost'))
          wire.cut()
          wire.resume()
          await until(() => events.includes('back'))
          await iq.get(buildPing(), 'localhost')
        },
        {
          trace: {},
          hold: {
            keepalive: silence,
            onDisconnect: ({code, message}) => void events.push('lost', code, message),
            onReconnect: (_, resumed) => void events.push('back', String(resumed)),
          },
        },
      )
      assert.deepEqual(events, [
        'lost',
        'connection-lost',
        'The server has said nothing for 400 ms',
        'back',
        'true',
      ])
    })

    it('does not close an idle connection that works', async () => {
      const silence = {idleMs: 50, timeoutMs: 1000}
      await withSession(
        account(server, 'juliet', wire.port),
        async ({bound}) => {
          await bound
          await sleep(500)
        },
        {trace: {}, hold: {keepalive: silence, onDisconnect: assert.ifError, onReconnect() {}}},
      )
    })

    it('waits longer after every session in which the server sent nothing', async () => {
      const pauses: number[] = []
      let connections = 0
      await withSession(
        account(server, 'juliet', wire.port),
        async ({bound, iq}) => {
          await bound
          const cutAfter = async (reconnections: number): Promise<void> => {
            await sleep(400) // longer than a session that counts as short
            wire.cut()
            await until(() => connections === reconnections)
          }
          for (let i = 1; i <= 3; i++) await cutAfter(i)
          await iq.get(buildPing(), 'localhost')
          await cutAfter(4)
        },
        {
          trace: {
            note(_, text) {
              const [, pause] = /^The last session ended too early; .* (\d+) ms$/.exec(text) ?? []
              if (pause) pauses.push(Number(pause))
            },
          },
          hold: {onDisconnect() {}, onReconnect: () => void connections++},
        },
      )
      assert.equal(pauses.length, 2) // none before the first reconnection, and none after an answer
      for (const [i, pause] of pauses.entries()) assert.ok(pause >= 250 * 2 ** i, `${pauses}`)
    })

    describe('over a restart of the server', () => {
      const backs: boolean[] = []
      let outcome: unknown
      before(async () => {
        const stalled = await proxy(server.tlsPort)
        let restarting: Promise<void> | undefined
        let open = 0
        const restart = async (): Promise<void> => {
          open++
          await until(() => open === 2)
          restarting ??= server.restart()
          await restarting
        }
        const continued = withSession(
          account(server, 'juliet', wire.port),
          async ({bound, iq}) => {
            await bound
            await restart()
            await until(() => backs.length > 0)
            await iq.get(buildPing(), 'localhost')
          },
          {
            trace: {},
            hold: {onDisconnect() {}, onReconnect: (_, resumed) => void backs.push(resumed)},
          },
        )
        const inFlight = withSession(
          account(server, 'juliet', stalled.port),
          async ({bound, stanzas}) => {
            await bound
            stalled.stall() // written, and never delivered
            const sent = stanzas.sendConfirmed(chat('romeo@localhost', 0))
            sent.catch(() => {})
            await restart()
            stalled.cut()
            stalled.resume()
            await sent
          },
          {trace: {}, hold: {onDisconnect() {}, onReconnect() {}}},
        ).catch((error) => {
          outcome = error
        })
        await Promise.all([continued, inFlight]).finally(() => stalled.close())
      })

      it('opens a new session if the server cannot resume the old one', () => {
        assert.deepEqual(backs, [false])
      })

      it('reports an unknown outcome for requests in flight when the session is lost', () => {
        assert.ok(outcome instanceof Failure && outcome.code === 'unknown-outcome', `${outcome}`)
      })
    })

    it('ends if the password was changed meanwhile', async () => {
      const changed = account(server, 'juliet', wire.port)
      let password = 'secret-of-juliet'
      changed.password = async () => password
      const used = withSession(
        changed,
        async ({bound, iq}) => {
          await bound
          password = 'wrong'
          wire.cut()
          await sleep(200)
          await iq.get(buildPing(), 'localhost')
        },
        {trace: {}, hold: {onDisconnect() {}, onReconnect() {}}},
      )
      await assert.rejects(used, {exitCode: 77})
    })
  })
}

it('a held session of an anonymous account is bound by a request, although the server offers Bind 2', async () => {
  const server = await startProsody({anonymousHost: 'guests.localhost'})
  try {
    const guest: Account = {
      ...account(server, 'romeo', server.tlsPort),
      jid: parseJid('guests.localhost'),
      anonymous: true,
      memory: {load: async () => ({clientId: randomUUID()}), save: async () => {}},
    }
    const {jid} = await withSession(guest, ({bound}) => bound, {
      trace: {},
      hold: {onDisconnect() {}},
    })
    assert.match(jid, /^[^@]+@guests\.localhost\/./)
  } finally {
    await server.stop()
  }
})

/** Reads as juliet until `handle` returns true. */
function listenAs(
  who: Account,
  handle: (stanza: Element) => Promise<boolean | undefined>,
  hold: Hold,
  ready: () => void,
): Promise<void> {
  return withSession(
    who,
    async ({stanzas}: Session) => {
      const incoming = stanzas.incoming()
      await stanzas.sendConfirmed(xml('presence'))
      ready()
      for await (const stanza of incoming) if (await handle(stanza)) return
    },
    {trace: {}, hold},
  )
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10) // mocha's timeout is the limit
}
