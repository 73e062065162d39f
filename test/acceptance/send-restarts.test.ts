import assert from 'node:assert/strict'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {environment, sh, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'

const LINES = 1500
const RESTARTS = 4

interface Result {
  line: number
  to: string
  id: string
  state: string
}

describe('send --batch while the server restarts', function () {
  this.timeout(300_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(() => server.stop())

  it('reports each line, and delivers each accepted one exactly once', async () => {
    const child = start('xmpp send --batch --json', environment(server, 'alice'))
    const to = server.account('bob').jid
    for (let i = 1; i <= LINES; i++)
      child.stdin?.write(`${JSON.stringify({to, id: `line-${i}`, body: `This is line ${i}`})}\n`)
    child.stdin?.end()

    child.stderr?.resume() // a sentence for each line that failed: a full pipe would stop the command

    const results: Result[] = []
    let restarts = 0
    let restarted = Promise.resolve()
    assert.ok(child.stdout)
    const lines = createInterface(child.stdout)
    lines.on('line', (line) => {
      results.push(JSON.parse(line))
      const due = Math.floor((results.length * (RESTARTS + 1)) / LINES)
      if (restarts >= Math.min(due, RESTARTS)) return
      restarts++
      restarted = restarted.then(() => server.restart())
    })
    const [status] = await once(child, 'close')
    await restarted

    assert.equal(restarts, RESTARTS)
    assert.deepEqual(
      results.map(({line}) => line),
      Array.from({length: LINES}, (_, i) => i + 1),
    )
    const idsOf = (expected: string): string[] =>
      results.filter(({state}) => state === expected).map(({id}) => id)
    const accepted = idsOf('accepted')
    const unknown = idsOf('unknown')
    // A line that was not written is sent on the next connection.
    assert.equal(accepted.length + unknown.length, LINES)
    assert.equal(status, unknown.length > 0 ? 74 : 0)

    const received = await receivedBy(server, 'bob')
    const known = new Set(results.map(({id}) => id))
    assert.ok(received.every((id) => known.has(id)))
    const times = new Map<string, number>()
    for (const id of received) times.set(id, (times.get(id) ?? 0) + 1)
    assert.deepEqual(
      accepted.filter((id) => times.get(id) !== 1),
      [],
    )
    assert.deepEqual(
      unknown.filter((id) => (times.get(id) ?? 0) > 1),
      [],
    )
  })
})

/** The ids of the messages that the server stored for an offline user. */
async function receivedBy(server: TestServer, name: string): Promise<string[]> {
  const last = `xmpp send ${server.account(name).jid} "the last one" --id the-end`
  assert.equal((await sh(last, environment(server, 'alice'))).status, 0)
  const listen = start('exec xmpp listen --json', environment(server, name))
  assert.ok(listen.stdout)
  const ids: string[] = []
  for await (const line of createInterface(listen.stdout)) {
    const {event, id} = JSON.parse(line)
    if (event !== 'message') continue
    if (id === 'the-end') break
    ids.push(id)
  }
  listen.kill()
  return ids
}
