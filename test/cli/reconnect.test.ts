import assert from 'node:assert/strict'
import {answerRequests, signInClient} from '../support/admit.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const LINES = 300
const BREAKS = 3

describe('send --batch to a server that resets each connection after the first stanza', () => {
  const {startServer, run} = newScriptedSession()

  it('has only a few unknown outcomes for each connection', async () => {
    let breaks = 0
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      if (++breaks > BREAKS) return answerRequests(peer)
      await peer.read('<ping xmlns="urn:xmpp:ping"')
      peer.reset()
    })
    const line = `${JSON.stringify({to: 'bob@localhost', body: 'hello'})}\n`
    const {stdout} = await run('send --batch --json', {at, input: line.repeat(LINES)})
    const states = stdout
      .trimEnd()
      .split('\n')
      .map((result) => JSON.parse(result).state)
    const many = states.filter((state) => state === 'unknown').length
    assert.ok(many <= BREAKS * 10, `${many} are unknown`)
    assert.equal(states.filter((state) => state === 'accepted').length, LINES - many)
    for (const received of (await at.received()).slice(0, BREAKS))
      assert.ok(received.split('<message').length - 1 <= 10)
  })
})
