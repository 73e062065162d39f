/** `xmpp ask` with servers and senders that misbehave. */
import assert from 'node:assert/strict'
import {setTimeout as sleep} from 'node:timers/promises'
import {
  answer,
  answerRequests,
  bounce,
  readMessage,
  readRequest,
  signInClient,
} from '../support/admit.ts'
import {finish, start} from '../support/cli.ts'
import type {Peer} from '../support/scripted-server.ts'
import {newScriptedSession, readUntilClosed} from '../support/scripted-session.ts'

const message = (from: string, children: string): string =>
  `<message from='${from}' to='alice@localhost/here' type='chat' id='m${children.length}'>${children}</message>`
const forwarded = (content: string): string =>
  `<forwarded xmlns='urn:xmpp:forward:0'>${content}</forwarded>`

/** Signs the client in, and resolves with the id of the question when it was sent to all recipients. */
async function upToQuestion(peer: Peer, recipients = 1): Promise<string> {
  await signInClient(peer)
  for (let i = 0; i < 3; i++) answer(peer, await readRequest(peer)) // carbons, presence, time
  let id = ''
  for (let i = 0; i < recipients; i++) id = await readMessage(peer)
  return id
}

describe('ask', () => {
  const {env, failure, startServer, run} = newScriptedSession()

  it('ignores forged answers', async () => {
    const at = await startServer(async (peer) => {
      const before = `${new Date().toISOString().slice(0, 19)}Z`
      const id = await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      const reply = `<body>no</body><reply xmlns='urn:xmpp:reply:0' id='${id}'/>`
      const inner = `<message xmlns='jabber:client' from='bob@localhost/x' to='alice@localhost' type='chat'>${reply}</message>`
      peer.write(message('bob@localhost.example/x', reply))
      peer.write(message('eve@localhost/bob@localhost', reply))
      peer.write(
        message(
          'eve@localhost/x',
          `<received xmlns='urn:xmpp:carbons:2'>${forwarded(inner)}</received>`,
        ),
      )
      peer.write(
        message(
          'eve@localhost/x',
          `<result xmlns='urn:xmpp:mam:2' id='1'>${forwarded(inner)}</result>`,
        ),
      )
      for (const stamp of ['2020-01-01T00:00:00Z', before])
        peer.write(
          message(
            'bob@localhost/x',
            `<body>no</body><delay xmlns='urn:xmpp:delay' from='localhost' stamp='${stamp}'/>`,
          ),
        )
      peer.write(
        message(
          'room@conference.localhost/bob',
          `${reply}<x xmlns='http://jabber.org/protocol/muc#user'><item jid='bob@localhost'/></x>`,
        ),
      )
      peer.write(message('BOB@localhost/x', '<body>yes</body>'))
      await answerRequests(peer)
    })
    const {status, stderr, stdout} = await run('ask bob@localhost Deploy? --json', {at})
    assert.equal(status, 0, stdout + stderr)
    const {answers} = JSON.parse(stdout)
    assert.deepEqual(
      answers.map(({choice, from}: {choice: string; from: string}) => [from, choice]),
      [['bob@localhost', 'yes']],
    )
  })

  it('75 if the question was not sent in time', async () => {
    const at = await startServer(async (peer) => {
      await signInClient(peer)
      await readUntilClosed(peer)
    })
    const {message} = await failure(75, 'ask bob@localhost Deploy? --timeout 2s', {at})
    assert.equal(message, 'The question was not sent within 2 s')
    assert.doesNotMatch((await at.received()).join(), /<message/)
  })

  it('ends if the question is returned late', async () => {
    const at = await startServer(async (peer) => {
      const id = await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      peer.write(bounce({id}, ['cancel', 'remote-server-not-found']))
      await answerRequests(peer)
    })
    const {message} = await failure(68, 'ask bob@localhost Deploy?', {at})
    assert.match(message, /^bob@localhost: /)
  })

  it('waits for the other recipients if one question is returned', async () => {
    const at = await startServer(async (peer) => {
      const id = await upToQuestion(peer, 2)
      answer(peer, await readRequest(peer))
      peer.write(bounce({id}, ['cancel', 'service-unavailable']))
      peer.write(message('carol@localhost/x', '<body>yes</body>'))
      await answerRequests(peer)
    })
    const {status, stderr, stdout} = await run('ask bob@localhost carol@localhost Deploy? --json', {
      at,
    })
    assert.equal(status, 0, stdout)
    assert.equal(JSON.parse(stdout).failures[0].to, 'bob@localhost')
    assert.match(stderr, /^xmpp: bob@localhost: /)
    const [sent = ''] = await at.received()
    const corrections = sent.match(/<message to="[^"]*"[^>]*><body>[^<]*Answered by/g) ?? []
    assert.deepEqual(
      corrections.map((text) => /to="([^"]*)/.exec(text)?.[1]),
      ['carol@localhost'],
    )
  })

  it('keeps the exit code of the session when the server ends it', async () => {
    const at = await startServer(async (peer) => {
      await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      peer.write(
        "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
      )
    })
    const {status, stderr, stdout} = await run('ask bob@localhost Deploy? --json', {at})
    assert.equal(status, 76, stderr)
    assert.equal(JSON.parse(stdout).decided, null)
    assert.match(stderr, /^xmpp: /)
  })

  it('124 if the server is down at the end of the time, and warns that the question still looks open', async () => {
    let wasAsked = false
    const at = await startServer(async (peer) => {
      if (wasAsked) return peer.reset()
      await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      wasAsked = true
      peer.reset()
    })
    const {status, stderr} = await run('ask bob@localhost Deploy? --timeout 2s', {at})
    assert.equal(status, 124)
    assert.match(stderr, /^xmpp: The question could not be corrected/m)
    assert.match(stderr, /^xmpp: No answer arrived within 2 s$/m)
  })

  it('corrects the question for two seconds after the end of the time, not longer', async () => {
    const at = await startServer(async (peer) => {
      await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      await readMessage(peer)
      await sleep(3000)
      await answerRequests(peer)
    })
    const {status, stderr} = await run('ask bob@localhost Deploy? --timeout 2s', {at})
    assert.equal(status, 124)
    assert.match(stderr, /^xmpp: The question could not be corrected/m)
  })

  it('ends soon after a signal, even if the server is silent', async () => {
    let resolveOpen = (): void => {}
    const open = new Promise<void>((resolve) => {
      resolveOpen = resolve
    })
    const at = await startServer(async (peer) => {
      await upToQuestion(peer)
      answer(peer, await readRequest(peer))
      resolveOpen()
      await readUntilClosed(peer)
    })
    const asking = start('exec xmpp ask bob@localhost Deploy? --json', env(at))
    const outcome = finish(asking)
    await open
    asking.kill('SIGINT')
    const {status} = await outcome
    assert.equal(status, 130)
    const [sent = ''] = await at.received()
    assert.match(sent, /Withdrawn/)
  })
})
