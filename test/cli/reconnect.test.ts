import assert from 'node:assert/strict'
import {answerRequests, signInClient} from '../support/admit.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const LINES = 300
const BREAKS = 3

describe('send --batch to a server that breaks as soon as something is sent', () => {
  const {startServer, run} = newScriptedSession()

  it('leaves a few lines unknown for each time, and not all that waited', async () => {
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
    for (const said of (await at.received()).slice(0, BREAKS))
      assert.ok(said.split('<message').length - 1 <= 10)
  })
})
