/** Ad-hoc commands (XEP-0050) of services that refuse, are silent, or send other payloads. */
import assert from 'node:assert/strict'
import {NS_STANZA_ERRORS, readRequest, signInClient} from '../support/admit.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

const FORM = `<x xmlns='jabber:x:data' type='form'><field var='name'><required/></field>
  <field var='pin' type='text-private'/></x>`

const stage = (attributes: string, content = ''): string =>
  `<command xmlns='http://jabber.org/protocol/commands' node='x' ${attributes}>${content}</command>`

const EXECUTING = stage("status='executing' sessionid='s'", FORM)
const COMPLETED = stage("status='completed'", '<note>Done</note>')

const reply = (peer: Peer, id: string, content: string, from = 'localhost'): void =>
  peer.write(
    `<iq type='result' id='${id}' from='${from}' to='alice@localhost/here'>${content}</iq>`,
  )

const refuse = (peer: Peer, id: string, type: string, condition: string): void =>
  peer.write(`<iq type='error' id='${id}' from='localhost'><error type='${type}'>
    <${condition} xmlns='${NS_STANZA_ERRORS}'/></error></iq>`)

describe('faults of ad-hoc commands', () => {
  const {failure, run, startServer} = newScriptedSession()

  const startService = (script: (peer: Peer) => Promise<void>) =>
    startServer(async (peer) => {
      await signInClient(peer)
      await script(peer)
    })

  it('a refusal: the exit status of its condition', async () => {
    const at = await startService(async (peer) =>
      refuse(peer, await readRequest(peer), 'auth', 'forbidden'),
    )
    assert.equal((await failure(77, 'command run x', {at})).code, 'forbidden')
  })

  it('silence: 124, or 74 once the form was submitted', async () => {
    const silent = await startService(readUntilClosed)
    const words = 'command run x --field name=a --timeout 2s'
    assert.equal((await failure(74, words, {at: silent})).code, 'unknown-outcome')
    assert.equal((await failure(124, 'command list --timeout 2s', {at: silent})).code, 'timeout')
  })

  it('a connection that is cut after the form was submitted: 74', async () => {
    const at = await startService(async (peer) => {
      reply(peer, await readRequest(peer), EXECUTING)
      await readRequest(peer)
      peer.reset()
    })
    assert.equal((await failure(74, 'command run x --field name=a', {at})).code, 'unknown-outcome')
  })

  it('an answer from another address does not count', async () => {
    const at = await startService(async (peer) => {
      const id = await readRequest(peer)
      reply(peer, id, stage("status='completed'", '<note>Forged</note>'), 'mallory@localhost/x')
      reply(peer, id, COMPLETED)
    })
    const {status, stdout} = await run('command run x', {at})
    assert.deepEqual([status, stdout], [0, 'Done\n'])
  })

  it('an answer that is too large: 74, because the command may have run', async () => {
    const at = await startService(async (peer) => {
      reply(peer, await readRequest(peer), stage('', `<note>${'x'.repeat(17_000_000)}</note>`))
      await readUntilClosed(peer)
    })
    assert.equal((await failure(74, 'command run x', {at})).code, 'unknown-outcome')
  })

  it('forms that are malformed, and other payloads', async () => {
    const answers = [
      '',
      "<query xmlns='jabber:iq:version'/>",
      stage('', "<x xmlns='jabber:x:data'/><actions/><note type='odd'/>"),
      stage(
        "status='completed'",
        "<x xmlns='jabber:x:data' type='result'><field/><item/><reported/></x>",
      ),
    ]
    for (const answer of answers) {
      const at = await startService(async (peer) => reply(peer, await readRequest(peer), answer))
      const {status, stderr} = await run('command run x --json', {at})
      assert.deepEqual([status, stderr], [0, ''], answer)
    }
  })

  it('a command that completes with an error: 69, in its result', async () => {
    const failed = stage("status='completed'", "<note type='error'>Disk full\u{202e}</note>")
    const at = await startService(async (peer) => reply(peer, await readRequest(peer), failed))
    const {status, stderr, stdout} = await run('command run x', {at})
    assert.deepEqual([status, stdout], [69, ''])
    assert.equal(stderr, 'xmpp: The command failed (the server says: Disk full\\u{202e})\n')
    const again = await startService(async (peer) => reply(peer, await readRequest(peer), failed))
    assert.equal((await failure(69, 'command run x', {at: again})).code, 'command-failed')
  })

  it('a session id cannot forge a command or a line of its hint', async () => {
    const optional = "<x xmlns='jabber:x:data' type='form'><field var='a'/></x>"
    const hints = {
      '$(touch x)': "--session=$(touch x)'",
      'a&#10;b': 'use --field and --to-end',
    }
    for (const [id, hint] of Object.entries(hints)) {
      const first = stage(`status='executing' sessionid='${id}'`, optional)
      const at = await startService(async (peer) => reply(peer, await readRequest(peer), first))
      const {status, stderr} = await run('command run x', {at})
      assert.equal(status, 0)
      assert.equal(stderr.split('\n').length, 2)
      assert.ok(stderr.includes(hint), stderr)
    }
  })

  it('a missing field cancels the command before the exit', async () => {
    const at = await startService(async (peer) => {
      reply(peer, await readRequest(peer), EXECUTING)
      reply(peer, await readRequest(peer), stage("status='canceled'"))
    })
    const {status, stderr} = await run('command run x', {at})
    assert.deepEqual(
      [status, stderr],
      [2, 'xmpp: The form also requires name\n      Give --field name=…\n'],
    )
    assert.match((await at.received()).join(''), /sessionid="s" action="cancel"/)
  })

  it('shows no value of a submitted form in its trace', async () => {
    const at = await startService(async (peer) => {
      reply(peer, await readRequest(peer), EXECUTING)
      await peer.read('</iq>')
      const request = await peer.read(/<iq\b[^>]*><command[^>]*action="complete".*?<\/iq>/s)
      reply(peer, /<iq[^>]* id="([^"]+)"/.exec(request)?.[1] ?? '', COMPLETED)
    })
    const canary = 'canary-4711'
    const {status, stderr, stdout} = await run('command run x --form - --debug', {
      at,
      input: JSON.stringify({name: 'a', pin: canary}),
    })
    assert.deepEqual([status, stdout], [0, 'Done\n'])
    assert.ok(!stderr.includes(canary))
    assert.ok((await at.received()).join('').includes(canary))
  })
})
