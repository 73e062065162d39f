import assert from 'node:assert/strict'
import {answer, readRequest, signInClient} from '../support/admit.ts'
import {finish, linesOf, start} from '../support/cli.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

describe('ping', () => {
  const {env, startServer} = newScriptedSession()

  it('prints each reply, and the summary after a signal', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      for (let i = 0; i < 2; i++) answer(peer, await readRequest(peer))
    })
    const child = start('exec xmpp ping --count 9 --interval 10ms', env(at))
    const line = linesOf(child.stdout)
    const outcome = finish(child)
    for (let i = 0; i < 2; i++) assert.match(await line(), /^Reply from localhost in [\d.]+ ms$/)
    child.kill('SIGINT')
    assert.match(await line(), /^2 replies: min [\d.]+, avg [\d.]+, max [\d.]+ ms$/)
    assert.equal((await outcome).status, 130)
  })

  it('has the status of a signal between two requests', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      answer(peer, await readRequest(peer))
    })
    const child = start('exec xmpp ping --count 2 --interval 1h', env(at))
    const line = linesOf(child.stdout)
    const outcome = finish(child)
    await line()
    child.kill('SIGINT')
    const {status, stderr} = await outcome
    assert.deepEqual([status, stderr], [130, 'xmpp: Interrupted by SIGINT\n'])
  })
})
