import assert from 'node:assert/strict'
import {once} from 'node:events'
import {setImmediate, setTimeout as sleep} from 'node:timers/promises'
import {answer, answerRequests, readRequest, signInClient} from '../support/admit.ts'
import {finish, start} from '../support/cli.ts'
import {silent} from '../support/faults.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const SIGNALS = {SIGHUP: 129, SIGINT: 130, SIGTERM: 143} as const

describe('signals', () => {
  const {env, closeAfterEach, startServer} = newScriptedSession()

  for (const [name, status] of Object.entries(SIGNALS) as [NodeJS.Signals, number][]) {
    it(`${name}: closes the stream, names the signal, and ends with ${status}`, async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        await answerRequests(peer)
      })
      const child = start('exec xmpp listen --json', env(at))
      const finished = finish(child)
      assert.ok(child.stdout)
      await once(child.stdout, 'data') // ready
      child.kill(name)
      const {status: actual, stderr, stdout} = await finished
      assert.equal(actual, status)
      assert.equal(stderr, '')
      const {event, exitCode, reason} = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
      assert.deepEqual(
        {event, exitCode, reason},
        {event: 'end', exitCode: status, reason: 'signal'},
      )
      assert.match((await at.received()).join(''), /<\/stream:stream>\s*$/)
    })
  }

  for (const words of ['send bob@localhost hello', 'roster add bob@localhost --no-subscribe'])
    it(`end an unconfirmed request with the status of the signal and an unknown outcome (${words})`, async () => {
      let resolveWritten = (): void => {}
      const written = new Promise<void>((resolve) => {
        resolveWritten = resolve
      })
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        if (words.startsWith('roster')) answer(peer, await readRequest(peer))
        await peer.read(/<message|<iq [^>]*type="set"/)
        resolveWritten()
      })
      const child = start(`exec xmpp ${words} --json`, env(at))
      const finished = finish(child)
      await written
      child.kill('SIGTERM')
      const {status, stdout} = await finished
      const document = JSON.parse(stdout)
      const error = document.error ?? document.messages[0].error
      assert.deepEqual([status, error.exitCode, error.code], [143, 143, 'unknown-outcome'])
    })

  it('end a wait for the server', async () => {
    const server = closeAfterEach(await silent())
    const child = start('exec xmpp ping', env({uri: `xmpps://127.0.0.1:${server.port}`}))
    const finished = finish(child)
    while (server.connections === 0) await setImmediate()
    child.kill('SIGINT')
    const {status, stderr, stdout} = await finished
    assert.deepEqual([status, stdout, stderr], [130, '', 'xmpp: Interrupted by SIGINT\n'])
  })

  it('end a wait for stdin', async () => {
    const child = start('exec xmpp send bob@localhost', env({uri: 'xmpps://127.0.0.1:1'}))
    const finished = finish(child)
    const {stdin} = child
    assert.ok(stdin)
    stdin.write('x'.repeat(2 ** 20)) // more than a pipe holds
    await once(stdin, 'drain') // so it is being read
    child.kill('SIGTERM')
    assert.equal((await finished).status, 143)
  })

  describe('while the output is not read', () => {
    /** A run that is blocked in the middle of its output. */
    const blockedRun = async () => {
      const body = 'x'.repeat(2 ** 21)
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        peer.write(`<message from='bob@localhost/x' type='chat'><body>${body}</body></message>`)
        await answerRequests(peer)
      })
      const child = start('exec xmpp listen --json', env(at))
      const {stdout} = child
      assert.ok(stdout)
      stdout.on('readable', () => {}) // reads what fits into one buffer, and no more
      while (stdout.readableLength < 2 ** 14) await sleep(10)
      return {child, exit: once(child, 'exit')}
    }

    it('the first one ends the run', async () => {
      const {child, exit} = await blockedRun()
      child.kill('SIGINT')
      assert.deepEqual(await exit, [130, null])
    })

    it('the second one ends the run at once', async () => {
      const {child, exit} = await blockedRun()
      child.kill('SIGINT')
      await sleep(500) // without the delay, the system can deliver them in another order
      child.kill('SIGTERM')
      assert.deepEqual(await exit, [143, null])
    })
  })
})
