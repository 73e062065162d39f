import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {
  goSendxmpp,
  hasGoSendxmpp,
  hasProfanity,
  hasSlixmpp,
  type Peer,
  profanity,
  slixmpp,
} from './peer.ts'

const clients = {
  slixmpp: {installed: hasSlixmpp, run: slixmpp},
  'go-sendxmpp': {installed: hasGoSendxmpp, run: goSendxmpp},
  profanity: {installed: hasProfanity, run: profanity},
}

let server: TestServer

/** Runs `xmpp send` to the account of the peer, and resolves with the state of its message. */
async function send(args: string, exitCode = 0): Promise<string> {
  const {jid} = server.account('bob')
  const words = `send ${jid} ${args} --json`
  const {status, stderr, stdout} = await runXmpp(words, environment(server, 'alice'))
  assert.equal(status, exitCode, stdout + stderr)
  return JSON.parse(stdout).messages[0].state
}

describe('messages of send in other clients', function () {
  this.timeout(60_000)
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(() => server.stop())

  for (const [name, {installed, run}] of Object.entries(clients)) {
    describe(name, () => {
      let peer: Peer
      before(async function () {
        if (!installed()) this.skip()
        peer = await run(server, 'bob', 'alice')
      })
      after(() => peer?.stop())

      it('shows a text', async () => {
        assert.equal(await send('"Hello, who is there?"'), 'accepted')
        await peer.prints(/Hello, who is there\?/)
      })

      it('shows non-ASCII and escaped characters', async () => {
        assert.equal(await send('"Grüße & <Küsse>"'), 'accepted')
        await peer.prints(/Grüße & <Küsse>|Gr\\u00fc\\u00dfe & <K\\u00fcsse>/)
      })

      it('shows a link', async () => {
        assert.equal(await send('--oob https://example.com/plot.png'), 'accepted')
        await peer.prints(/https:\/\/example\.com\/plot\.png/)
      })

      it('shows a file', async () => {
        const file = path.join(server.dir, 'plot.csv')
        writeFileSync(file, '1,2\n')
        assert.equal(await send(`--attach ${file}`), 'accepted')
        await peer.prints(/https:\/\/localhost:\d+\/\S*plot\.csv/)
      })
    })
  }

  describe('slixmpp', () => {
    let peer: Peer
    before(async function () {
      if (!hasSlixmpp()) this.skip()
      peer = await slixmpp(server, 'bob')
    })
    after(() => peer?.stop())

    const received = async (id: string): Promise<Record<string, unknown>> =>
      JSON.parse(await peer.prints(new RegExp(`^.*"id": "${id}".*$`, 'm')))

    it('sends a delivery receipt', async () => {
      assert.equal(await send('hello --subject Greeting --id m1 --wait delivered'), 'delivered')
      const {body, receipt, subject} = await received('m1')
      assert.deepEqual([subject, body, receipt], ['Greeting', 'hello', {}])
    })

    it('sends a displayed marker', async () => {
      assert.equal(await send('hello --wait displayed'), 'displayed')
    })

    it('parses a correction, a reply, a reaction, a retraction and a link', async () => {
      await send('hallo --id m2 --replace m1')
      await send('yes --id m3 --reply-to q1')
      await send('--react 👍 --to-id q1 --id m4')
      await send('--retract m2 --id m5')
      await send('--oob https://example.com/ --id m6')
      assert.deepEqual((await received('m2')).replace, {id: 'm1'})
      assert.deepEqual((await received('m3')).reply, {to: server.account('bob').jid, id: 'q1'})
      assert.deepEqual((await received('m4')).reactions, {id: 'q1'})
      assert.deepEqual((await received('m5')).retract, {id: 'm2'})
      assert.equal((await received('m6')).oob, 'https://example.com/')
    })
  })

  describe('profanity', () => {
    let peer: Peer
    before(async function () {
      if (!hasProfanity()) this.skip()
      peer = await profanity(server, 'bob', 'alice')
    })
    after(() => peer?.stop())

    it('sends a delivery receipt', async () => {
      assert.equal(await send('"Are you there?" --wait delivered'), 'delivered')
    })
  })

  it('reports accepted if the client sends no receipts', async function () {
    if (!hasGoSendxmpp()) this.skip()
    const peer = await goSendxmpp(server, 'bob')
    try {
      assert.equal(await send('hello --wait delivered --timeout 2s', 124), 'accepted')
    } finally {
      await peer.stop()
    }
  })
})
