/** A slow `listen --exec` on servers that end or give up a session with more than a few unacknowledged stanzas. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {withSession} from '../../src/session/session.ts'
import {account, chat, numbers} from '../fixtures/accounts.ts'
import {environment, sh, start} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {bodiesOf, eventsOf} from '../support/events.ts'
import {forOneTest, type OneTestServer} from '../support/one-test.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'

const TOTAL = 60

for (const [name, startServer] of Object.entries({prosody: startProsody, ejabberd: startEjabberd}))
  describe(`a slow listen on ${name} with a short queue and without an archive`, function () {
    this.timeout(90_000)
    let shared: TestServer
    let server: OneTestServer
    before(async () => {
      shared = await startServer({ackQueue: 50, archive: false})
    })
    after(() => shared.stop())
    beforeEach(async () => {
      server = await forOneTest(shared, ['romeo', 'juliet'])
    })

    const listen = (words = '') =>
      start(`exec xmpp listen --json --include message ${words}`, environment(server, 'juliet'))
    /** The number of messages in the file of the unprinted ones. */
    const savedCount = (): number => {
      const folder = path.join(server.dir, 'xdg-state/xmpp/listen')
      const [file] = readdirSync(folder).filter((name) => name.endsWith('.unprinted'))
      return file ? JSON.parse(readFileSync(path.join(folder, file), 'utf8')).length : 0
    }
    /** Sends more than the queue holds, but never more than it holds at once. */
    const send = (printed: string[]): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          const {jid} = server.account('juliet')
          for (const [sent, body] of numbers(TOTAL).entries()) {
            while (sent - printed.length - savedCount() > 20) await sleep(10)
            await stanzas.sendConfirmed(chat(jid, body))
          }
        },
        {trace: {}},
      )

    it('prints each message once, in one session', async () => {
      const printed: string[] = []
      const kinds = new Set<string>()
      let sent: Promise<void> | undefined
      for await (const {body, event} of eventsOf(
        listen(`--count ${TOTAL} --jobs 4 --exec 'sleep 0.05'`),
      )) {
        if (event === 'ready') sent = send(printed)
        if (event === 'message') printed.push(body)
        else kinds.add(event)
      }
      await sent
      assert.deepEqual(printed, numbers(TOTAL))
      assert.deepEqual([...kinds], ['ready', 'end'])
      assert.equal(savedCount(), 0)
    })

    it('is killed, and the next run prints the messages that it had not printed', async () => {
      const fifo = path.join(server.dir, 'fifo')
      await sh(`mkdir -p ${server.dir} && mkfifo ${fifo}`, {})
      const killed = listen(`--exec 'cat ${fifo}'`)
      const gone = once(killed, 'exit')
      const printed: string[] = []
      let sent: Promise<void> | undefined
      for await (const {body, event} of eventsOf(killed)) {
        if (event === 'ready') sent = send(printed)
        if (event !== 'message') continue
        printed.push(body)
        await sent
        break // kills it
      }
      await gone
      await sh(`: > ${fifo}`, {})
      assert.deepEqual(printed, ['0'])
      assert.deepEqual(await bodiesOf(listen(`--count ${TOTAL}`)), numbers(TOTAL))
      assert.equal(savedCount(), 0)
    })
  })
