/** Messages that `xmpp ask` receives and that are not answers are printed by the next `listen`, even after a crash. */
import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {buildPing} from '../../src/protocol/core/ping.ts'
import {type Element, xml} from '../../src/xml.ts'
import {environment, type Outcome, run, start} from '../support/cli.ts'
import {type Client, openClient} from '../support/client.ts'
import {eventsOf, listenedBodies} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import {proxy} from '../support/proxy.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const body = (text: string): Element => xml('body', {}, text)
const replyTo = (id: string): Element => xml('reply', {xmlns: 'urn:xmpp:reply:0', id})

/**
 * Servers stamp stored messages in whole seconds, and an answer must be certainly later than the question. The clock that a
 * server reads for it can be some milliseconds slow: time(2) is updated with each tick.
 */
const nextSecond = (): Promise<void> => sleep(1100 - (Date.now() % 1000))

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  'prosody without an archive': (options: {users: string[]}) =>
    startProsody({...options, archive: false}),
  ejabberd: sharedEjabberd,
  'ejabberd without an archive': (options: {users: string[]}) =>
    sharedEjabberd({...options, archive: false}),
}))
  describe(`ask on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let wire: Awaited<ReturnType<typeof proxy>>
    let bob: Client
    let serial = 0
    let asker: string
    let to: string
    before(async () => {
      server = await startServer({users: ['bob', 'carol']})
      wire = await proxy(server.tlsPort)
      bob = await openClient(server, 'bob')
    })
    after(async () => {
      await bob?.close()
      await wire?.close()
      await server.stop()
    })
    beforeEach(async () => {
      asker = `alice-${serial++}`
      to = `${asker}@localhost`
      await server.addUsers([asker])
    })

    const env = (): NodeJS.ProcessEnv => ({
      ...environment(server, asker),
      XMPP_SERVER: `xmpps://127.0.0.1:${wire.port}`,
    })
    /** Resolves with the question that bob receives. */
    const asked = async (text: string): Promise<Element['attrs']> => {
      const {attrs} = await bob.receives(`${text} (yes/no)`)
      // Whatever it answers, it has read that the server will resume this session.
      await bob.iq.get(buildPing(), attrs.from).catch(() => {})
      return attrs
    }
    const startAsking = async (text = 'Deploy?'): Promise<[Promise<Outcome>, Element['attrs']]> => {
      const question = asked(text)
      const asking = runXmpp(`ask bob@localhost "${text}" --json --timeout 30s`, env())
      return [asking, await question]
    }
    const decisionOf = async (asking: Promise<Outcome>): Promise<string> => {
      const {status, stderr, stdout} = await asking
      assert.equal(status, 0, stdout + stderr)
      return JSON.parse(stdout).decided
    }
    const words = (count: number): string => `--include message --count ${count} --timeout 20s`
    const next = (count: number): Promise<string[]> => listenedBodies(words(count), env())
    const assertPrinted = async (bodies: string[]): Promise<void> => {
      if (bodies.length > 0) assert.deepEqual(await next(bodies.length), bodies)
      await bob.says(to, body('new'))
      assert.deepEqual(await next(1), ['new'])
    }

    it('keeps its messages for listen when it is killed', async () => {
      await bob.says(to, body('before'))
      const question = asked('Deploy?')
      const asking = run('exec xmpp ask bob@localhost "Deploy?" --json --timeout 30s', env())
      await question
      await bob.says(to, body('during'))
      asking.child.kill('SIGKILL')
      await asking.outcome
      await bob.says(to, body('after'))
      await assertPrinted(['before', 'during', 'after'])
    })

    it('receives an answer that was sent during an outage', async () => {
      const [asking, {from}] = await startAsking()
      wire.stall()
      wire.cut()
      await bob.says(to, body('hello'))
      await bob.says(from, body('lunch?'))
      await nextSecond()
      await bob.says(to, body('yes'))
      wire.resume()
      assert.equal(await decisionOf(asking), 'yes')
      await assertPrinted(['hello', 'lunch?'])
    })

    it('gets its answer while listen prints the other messages', async () => {
      const listening = eventsOf(start(`exec xmpp listen --json ${words(3)}`, env()))
      assert.equal((await listening.next()).value?.event, 'ready')
      const [asking, {from}] = await startAsking()
      await bob.says(to, body('one'))
      await bob.says(from, body('two'))
      await bob.says(from, body('yes'))
      assert.equal(await decisionOf(asking), 'yes')
      await bob.says(to, body('three'))
      await bob.says(to, body('four'))
      const bodies: string[] = []
      for await (const {body, event} of listening) if (event === 'message') bodies.push(body)
      assert.deepEqual(bodies, ['one', 'three', 'four'])
      await assertPrinted(['two'])
    })

    it('needs replies as answers while several questions are open', async () => {
      const [first, one] = await startAsking('First?')
      const [second, two] = await startAsking('Second?')
      await bob.says(to, body('no'))
      await bob.says(to, body('yes'), replyTo(two.id))
      assert.equal(await decisionOf(second), 'yes')
      await bob.says(one.from, body('yes'), replyTo(one.id))
      assert.equal(await decisionOf(first), 'yes')
      await assertPrinted(['no'])
    })

    it('counts an answer that another client of the account received', async () => {
      const phone = await openClient(server, asker, {priority: 5})
      try {
        const [asking] = await startAsking()
        await bob.says(to, body('lunch?'))
        await bob.says(to, body('yes'))
        assert.equal(await decisionOf(asking), 'yes')
      } finally {
        await phone.close()
      }
      await bob.says(to, body('new'))
      assert.deepEqual(await next(1), ['new'])
    })

    it('asks this account itself, on its other clients', async () => {
      const phone = await openClient(server, asker)
      try {
        const question = phone.receives('Deploy? (yes/no)')
        const asking = runXmpp(`ask ${to} "Deploy?" --json`, env())
        await question
        const closed = phone.receives(/Answered by alice/)
        await phone.says(to, body('yes'))
        assert.equal(await decisionOf(asking), 'yes')
        await closed
      } finally {
        await phone.close()
      }
      await assertPrinted([])
    })
  })
