/** `xmpp history`: long archives on real servers, and archives that violate the specification. */
import assert from 'node:assert/strict'
import {rmSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {readRequest, signInClient} from '../support/admit.ts'
import {environment, finish, linesOf, type Outcome, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const records = ({stdout}: Outcome) =>
  stdout
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
const bodies = (outcome: Outcome): string[] => records(outcome).flatMap(({body}) => body ?? [])
const numbers = (from: number, to: number): string[] =>
  Array.from({length: to - from + 1}, (_, i) => String(from + i))

for (const [name, startServer] of Object.entries({prosody: startProsody, ejabberd: sharedEjabberd}))
  describe(`history on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let env: NodeJS.ProcessEnv
    before(async () => {
      server = await startServer({users: ['alice', 'bob']})
      env = environment(server, 'alice')
      const lines = numbers(1, 230).map((body) => JSON.stringify({to: 'bob@localhost', body}))
      const {status, stderr} = await runXmpp('send --batch -q', env, `${lines.join('\n')}\n`)
      assert.equal(status, 0, stderr)
    })
    after(() => server.stop())

    const list = (words: string): Promise<Outcome> => runXmpp(`history list --json ${words}`, env)

    it('prints an archive of several pages, in order', async () => {
      const outcome = await list('--all')
      assert.deepEqual(bodies(outcome), numbers(1, 230))
      const {exitCode, reason, received} = records(outcome).at(-1)
      assert.deepEqual([reason, received, exitCode], ['complete', 230, 0])
    })

    it('prints the last messages, oldest or newest first', async () => {
      assert.deepEqual(bodies(await list('--last 120')), numbers(111, 230))
      assert.deepEqual(bodies(await list('--last 120 --reverse')), numbers(111, 230).toReversed())
      assert.deepEqual(bodies(await list('')), numbers(181, 230))
    })

    const queriesOf = ({stderr}: Outcome): number =>
      stderr.match(/--> <iq .*<query xmlns="urn:xmpp:mam:2"/g)?.length ?? 0

    it('reads only the page of the last messages', async () => {
      for (const flags of ['', '--last 1', '--last 50 --reverse'])
        assert.equal(queriesOf(await list(`${flags} --debug`)), 1, flags)
    })

    it('finds matches before the last page, and reads whole pages', async () => {
      const outcome = await list("--match '^[12]$' --last 2 --debug")
      assert.deepEqual(bodies(outcome), ['1', '2'])
      assert.ok(queriesOf(outcome) <= 5, outcome.stderr) // Prosody sends 50 messages at most
    })

    it('continues after a message', async () => {
      const [first] = records(await list("--match '^228$'"))
      assert.deepEqual(bodies(await list(`--after ${first.stanzaId}`)), ['229', '230'])
    })

    it('continues at the saved position, and by its time if the archive has deleted that message', async () => {
      const file = path.join(server.dir, 'position')
      rmSync(file, {force: true})
      assert.deepEqual(bodies(await list(`--position ${file} --last 1`)), ['230'])
      assert.deepEqual(bodies(await list(`--position ${file}`)), [])
      const expired = {archive: 'alice@localhost', after: '06b08dc3-4264-7ae4-8253-35eb4edc48a5'}
      const position = JSON.stringify({...expired, time: new Date(0).toISOString()})
      writeFileSync(file, position)
      assert.deepEqual(bodies(await list(`--position ${file}`)), numbers(1, 230))
    })

    it('prints nothing if the position could not be saved: 73', async () => {
      const file = path.join(server.dir, 'missing', 'position')
      const {status, stderr, stdout} = await runXmpp(`history list --position ${file}`, env)
      assert.deepEqual([status, stdout], [73, ''])
      assert.equal(stderr, `xmpp: Cannot write ${file}: no such file or directory\n`)
    })

    it('refuses the position of another archive', async () => {
      const file = path.join(server.dir, 'position')
      await runXmpp(`history list --position ${file}`, env)
      const bob = environment(server, 'bob')
      const {status, stderr} = await runXmpp(`history list --position ${file}`, bob)
      assert.equal(status, 65)
      assert.match(stderr, /is about the archive of alice@localhost, not of bob@localhost/)
    })

    it('counts', async () => {
      const {stdout} = await runXmpp('history list bob@localhost --count', env)
      assert.equal(stdout, '230\n')
    })

    it('reads the archive of a room', async () => {
      const room = 'ops@conference.localhost'
      // The room exists until the batch ends.
      const batch = start('exec xmpp send --batch --room --create --nick bot --json', env)
      batch.stdin?.write(`${JSON.stringify({to: room, body: 'deployed'})}\n`)
      const sent = JSON.parse(await linesOf(batch.stdout)())
      assert.equal(sent.state, 'accepted')
      const [message] = records(await list(`${room} --room`))
      batch.stdin?.end()
      assert.equal((await finish(batch)).status, 0)
      assert.deepEqual([message.room, message.nick, message.body], [room, 'bot', 'deployed'])
    })
  })

describe('history of an archive', () => {
  const {run, startServer} = newScriptedSession()

  const result = (id: string, queryId: string, from = ''): string => `
    <message ${from}><result xmlns='urn:xmpp:mam:2' id='${id}' queryid='${queryId}'>
      <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2026-01-01T00:00:00Z'/>
        <message xmlns='jabber:client' from='bob@localhost/x' to='alice@localhost'><body>${id}</body></message>
      </forwarded></result></message>`
  const fin = (id: string, last: string, complete = false): string => `
    <iq type='result' id='${id}'><fin xmlns='urn:xmpp:mam:2' complete='${complete}'>
      <set xmlns='http://jabber.org/protocol/rsm'><last>${last}</last></set></fin></iq>`
  const readQuery = async (peer: Peer): Promise<{id: string; queryId: string}> => {
    const id = await readRequest(peer)
    const query = await peer.read(/<query\b[^>]*>/)
    return {id, queryId: /queryid="([^"]+)"/.exec(query)?.[1] ?? ''}
  }
  const page = async (peer: Peer, last: string, complete = false): Promise<void> => {
    const {id, queryId} = await readQuery(peer)
    peer.write(result(last, queryId) + fin(id, last, complete))
  }

  it('that is cut off in the middle ends with an error: 75', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await page(peer, 'a')
      await readQuery(peer)
      peer.end()
    })
    const outcome = await run('history list --all --json', {at})
    assert.equal(outcome.status, 75)
    assert.deepEqual(bodies(outcome), ['a'])
    const {error, reason} = records(outcome).at(-1)
    assert.deepEqual([reason, error.retryable], ['stream-error', true])
  })

  it('continues after a cut with --retry, and prints each message once', async () => {
    let connections = 0
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      if (connections++ === 0) {
        await page(peer, 'a')
        await readQuery(peer)
        peer.end()
      } else {
        await page(peer, 'b', true)
        await readUntilClosed(peer)
      }
    })
    const outcome = await run('history list --all --json --retry 1', {at})
    assert.deepEqual(bodies(outcome), ['a', 'b'])
    assert.equal(outcome.status, 0)
  })

  it('that is silent ends with the deadline: 124', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await page(peer, 'a')
      await readUntilClosed(peer)
    })
    const outcome = await run('history list --all --json --timeout 3s', {at})
    assert.equal(outcome.status, 124)
    assert.equal(records(outcome).at(-1).reason, 'timeout')
  })

  it('that sends the same page for ever is refused: 76', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await page(peer, 'a')
      await page(peer, 'a')
      await readUntilClosed(peer)
    })
    const outcome = await run('history list --all --json', {at})
    assert.equal(outcome.status, 76)
    assert.deepEqual(bodies(outcome), ['a'])
  })

  it('has no results of another sender or another query', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const {id, queryId} = await readQuery(peer)
      peer.write(result('forged', queryId, "from='mallory@localhost/x'"))
      peer.write(result('other', 'q') + result('mine', queryId) + fin(id, 'mine', true))
      await readUntilClosed(peer)
    })
    assert.deepEqual(bodies(await run('history list --all --json', {at})), ['mine'])
  })

  it('that does not exist is an error with the XEP: 69', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const {id} = await readQuery(peer)
      peer.write(`<iq type='error' id='${id}'><error type='cancel'>
        <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`)
      await readUntilClosed(peer)
    })
    const {status, stderr} = await run('history list', {at})
    assert.equal(status, 69)
    assert.match(stderr, /XEP-0313/)
  })
})
