/** `xmpp listen --since`, where the archive does not send everything. */
import assert from 'node:assert/strict'
import {answer, signInClient} from '../support/admit.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

/** Answers all requests but those to the archive, which begins to send a page and never ends it. */
async function stopInArchive(peer: Peer): Promise<void> {
  await signInClient(peer)
  for (;;) {
    const words = await peer.read(/<iq\b[^>]*>.*?<\/iq>|<\/stream:stream>/s)
    const request = words.slice(words.lastIndexOf('<iq'))
    const [, queryId] = /<query xmlns="urn:xmpp:mam:2" queryid="([^"]+)"/.exec(request) ?? []
    const [, id = ''] = /\bid="([^"]+)"/.exec(request) ?? []
    if (words.endsWith('</stream:stream>')) return
    if (queryId === undefined) answer(peer, id)
    else
      peer.write(`<message from='alice@localhost' to='alice@localhost/here'>
        <result xmlns='urn:xmpp:mam:2' queryid='${queryId}' id='1'><forwarded xmlns='urn:xmpp:forward:0'>
        <delay xmlns='urn:xmpp:delay' stamp='2026-11-20T08:00:00Z'/><message xmlns='jabber:client'
        from='bob@localhost/x' to='alice@localhost' type='chat'><body>first</body></message>
        </forwarded></result></message>`)
  }
}

describe('listen with an archive that stops', () => {
  const {run, startServer} = newScriptedSession()

  for (const json of ['', ' --json'])
    it(`--since that --timeout cuts off: 124, and says so${json}`, async () => {
      const at = await startServer(stopInArchive)
      const {status, stderr, stdout} = await run(`listen --since 1h --timeout 2s${json}`, {at})
      assert.equal(status, 124, stderr)
      const sentence = 'The archive was not read to its end within 2 s: messages are missing'
      assert.equal(stderr, `xmpp: ${sentence}\n`)
      if (!json) return assert.match(stdout, /^bob@localhost\/x: .* first\n$/)
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.deepEqual(
        events.map(({event}) => event),
        ['ready', 'message', 'end'],
      )
      assert.equal(events[2].reason, 'timeout')
      assert.equal(events[2].exitCode, 124)
    })

  it('a run without --since ends normally', async () => {
    const at = await startServer(stopInArchive)
    const {status, stderr} = await run('listen --timeout 2s', {at})
    assert.deepEqual([status, stderr], [0, ''])
  })
})
