/** Messages of other clients, as `xmpp listen` prints them. */
import assert from 'node:assert/strict'
import {mkdtempSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, finish, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {hasGoSendxmpp, hasSlixmpp} from './peer.ts'

interface Shown {
  event: string
  [key: string]: unknown
}

const GO_SENDXMPP =
  'go-sendxmpp --fast-off --tls -u $XMPP_JID -p $XMPP_PASSWORD -j 127.0.0.1:$TLS_PORT'

describe('messages of other clients in listen', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(() => server.stop())

  /** The events that `listen` of alice printed while the program of bob ran. */
  const exchange = async (
    command: string,
    count: number,
    more = '',
  ): Promise<[Shown[], string]> => {
    const flags = `--json --count ${count} --timeout 50s --exclude presence ${more}`
    const listening = start(`xmpp listen ${flags}`, environment(server, 'alice'))
    const shown = finish(listening)
    const env = {
      ...environment(server, 'bob'),
      SSL_CERT_FILE: server.ca,
      TLS_PORT: String(server.tlsPort),
    }
    await new Promise((resolve) => listening.stdout?.once('data', resolve)) // it is ready
    const sent = await finish(start(command, env))
    assert.equal(sent.status, 0, sent.stderr)
    const {status, stderr, stdout} = await shown
    assert.equal(status, 0, stderr)
    const events = stdout.trimEnd().split('\n')
    return [events.map((line) => JSON.parse(line)), sent.stdout]
  }

  it('slixmpp: text, subject, chat state, receipt, correction, link', async function () {
    if (!hasSlixmpp()) this.skip()
    const sender = path.join(import.meta.dirname, 'slixmpp-sender.py')
    const command = `/usr/bin/python3 ${sender} ${server.account('alice').jid}`
    const [events, printed] = await exchange(command, 3)
    const [ready, typing, first, second, end] = events
    assert.deepEqual(
      events.map(({event}) => event),
      ['ready', 'chat-state', 'message', 'message', 'end'],
    )
    assert.deepEqual([ready?.seq, typing?.state], [0, 'composing'])
    assert.ok(first)
    const {body, id, receiptRequested, subject} = first
    assert.deepEqual(
      {body, id, receiptRequested, subject},
      {body: 'Grüße <von> slixmpp', id: 'first', receiptRequested: true, subject: 'A subject'},
    )
    assert.deepEqual(JSON.parse(printed), {receipt: 'first'})
    assert.deepEqual(
      [second?.replace, second?.oob, second?.markable],
      ['first', {url: 'https://example.com/plot.png', description: null}, true],
    )
    assert.equal(end?.reason, 'count')
  })

  it('go-sendxmpp: text of several lines, with a subject', async function () {
    if (!hasGoSendxmpp()) this.skip()
    const {jid} = server.account('alice')
    const [events] = await exchange(`printf 'one\\ntwo <&>' | ${GO_SENDXMPP} -s Lines ${jid}`, 1)
    const message = events.find(({event}) => event === 'message')
    assert.equal(message?.body, 'one\ntwo <&>')
  })

  it('go-sendxmpp: a file, which --save-files saves', async function () {
    if (!hasGoSendxmpp()) this.skip()
    const file = path.join(server.dir, 'note.txt')
    writeFileSync(file, 'good morning')
    const inbox = mkdtempSync(path.join(server.dir, 'inbox-'))
    const {jid} = server.account('alice')
    const command = `${GO_SENDXMPP} --http-upload ${file} ${jid}`
    const [events] = await exchange(command, 1, `--save-files ${inbox}`)
    const message = events.find(({event}) => event === 'message')
    assert.ok(message)
    const {body, files, oob} = message as Shown & {files: {url: string}[]; oob: {url: string}}
    assert.match(oob.url, /^https:\/\/localhost:\d+\/.*note\.txt$/)
    assert.deepEqual([body, files[0]?.url], [oob.url, oob.url])
    const saved = events.find(({event}) => event === 'file')
    assert.equal(readFileSync(String(saved?.path), 'utf8'), 'good morning')
  })
})
