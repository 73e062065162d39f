import assert from 'node:assert/strict'
import {answer, answerRequests, readRequest, signInClient} from '../support/admit.ts'
import {finish, start} from '../support/cli.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const JIDS = ['a@example.com', 'b@example.com', 'icq.localhost/registered']

/** Signs the client in and sends the roster; resolves with the ids of `count` concurrent changes. */
async function takeChanges(peer: Peer, count: number, roster = ''): Promise<string[]> {
  await signInClient(peer)
  const id = await readRequest(peer)
  peer.write(`<iq type='result' id='${id}'><query xmlns='jabber:iq:roster'>${roster}</query></iq>`)
  const ids: string[] = []
  while (ids.length < count) ids.push(await readRequest(peer))
  return ids
}

/** Confirms a removal and pushes it, as Prosody does. */
function confirmRemoval(peer: Peer, id: string, jid: string): void {
  const item = `<item jid='${jid}' subscription='remove'/>`
  peer.write(`<iq type='set' id='push'><query xmlns='jabber:iq:roster'>${item}</query></iq>`)
  answer(peer, id)
}

const ROSTER = JIDS.map((jid) => `<item jid='${jid}' subscription='both'/>`).join('')

/** The result for each contact, and the exit status. */
function resultOf({status, stdout}: {status: number | null; stdout: string}, schema: string) {
  const document = JSON.parse(stdout)
  assertMatchesSchema(document, schema)
  const contacts: {jid: string; state: string; error: {exitCode: number} | null}[] =
    document.contacts
  return {
    status,
    contacts: contacts.map(({error, jid, state}) => [jid, state, error?.exitCode ?? 0]),
  }
}

describe('a change of many contacts', () => {
  const {env, startServer, run} = newScriptedSession()

  it('includes one with a resource', async () => {
    const at = await startServer(async (peer) => {
      const [id = ''] = await takeChanges(peer, 1, ROSTER)
      confirmRemoval(peer, id, 'icq.localhost/registered')
    })
    const outcome = await run('roster remove icq.localhost/registered', {at})
    assert.equal(outcome.stdout, 'Removed icq.localhost/registered\n')
    const [received = ''] = await at.received()
    assert.match(received, /<item jid="icq.localhost\/registered" subscription="remove"\/>/)
  })

  it('reports known and unknown outcomes when the connection ends', async () => {
    const at = await startServer(async (peer) => {
      const [first = ''] = await takeChanges(peer, 3, ROSTER)
      confirmRemoval(peer, first, 'a@example.com')
      peer.end()
    })
    const outcome = await run(`roster remove --yes ${JIDS.join(' ')} --json`, {at})
    assert.deepEqual(resultOf(outcome, 'roster-remove'), {
      status: 74,
      contacts: [
        ['a@example.com', 'removed', 0],
        ['b@example.com', 'unknown', 74],
        ['icq.localhost/registered', 'unknown', 74],
      ],
    })
  })

  it('requests the roster of a server that sends no pushes; without it the outcomes are unknown', async () => {
    const at = await startServer(async (peer) => {
      const ids = await takeChanges(peer, 3, ROSTER)
      for (const id of ids) answer(peer, id)
      await peer.read(/jabber:iq:roster/)
      peer.end()
    })
    const outcome = await run(`roster remove --yes ${JIDS.join(' ')} --json`, {at})
    assert.deepEqual(resultOf(outcome, 'roster-remove'), {
      status: 74,
      contacts: JIDS.map((jid) => [jid, 'unknown', 74]),
    })
  })

  it('reports the known outcomes when the server sends no more replies', async () => {
    const at = await startServer(async (peer) => {
      const [first = ''] = await takeChanges(peer, 3)
      answer(peer, first)
    })
    const words = 'roster import - --timeout 3s --json'
    const outcome = await run(words, {at, input: JSON.stringify(JIDS.map((jid) => ({jid})))})
    assert.deepEqual(resultOf(outcome, 'roster-import'), {
      status: 74,
      contacts: [
        ['a@example.com', 'added', 0],
        ['b@example.com', 'unknown', 74],
        ['icq.localhost/registered', 'unknown', 74],
      ],
    })
  })

  it('ends when the server does not send the roster', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await readRequest(peer)
    })
    const words = `roster remove --yes ${JIDS.join(' ')} --timeout 2s --json`
    const {status, stdout} = await run(words, {at})
    assert.deepEqual([status, JSON.parse(stdout).error.stage], [124, 'request'])
  })

  it('reports the known outcomes after a signal, with its status', async () => {
    let interrupt = (): void => {}
    const at = await startServer(async (peer) => {
      const [first = ''] = await takeChanges(peer, 3)
      answer(peer, first)
      peer.write("<iq type='get' id='seen' from='localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
      await peer.read(/id="seen"/) // it has read the stanzas before
      interrupt()
    })
    const child = start('exec xmpp roster import - --json', env(at))
    interrupt = () => child.kill('SIGINT')
    child.stdin?.end(JSON.stringify(JIDS.map((jid) => ({jid}))))
    const {contacts, status} = resultOf(await finish(child), 'roster-import')
    assert.equal(status, 130)
    assert.deepEqual(
      contacts.map(([, state]) => state),
      ['added', 'unknown', 'unknown'],
    )
  })

  it('prints no warning for 3,000 contacts', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      const id = await readRequest(peer)
      peer.write(`<iq type='result' id='${id}'><query xmlns='jabber:iq:roster'/></iq>`)
      await answerRequests(peer)
    })
    const contacts = Array.from({length: 3000}, (_, i) => ({jid: `c${i}@example.com`, name: 'C'}))
    const input = JSON.stringify(contacts)
    const {status, stderr, stdout} = await run('roster import -', {at, input})
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(stdout.split('\n').length, 3001)
  })

  it('prints no result if the sign-in fails', async () => {
    const at = await startServer(async (peer) => peer.end())
    const {status, stdout} = await run(`roster remove --yes ${JIDS.join(' ')} --json`, {at})
    assert.equal(status, JSON.parse(stdout).error.exitCode)
  })
})
