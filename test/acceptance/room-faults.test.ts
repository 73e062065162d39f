/** Rooms that violate the specification or no longer exist. */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import type {SendResult} from '../../src/protocol/message/message.ts'
import {answerRequests, readRequest, signInClient} from '../support/admit.ts'
import {linesOf, start} from '../support/cli.ts'
import {
  answerInfo,
  error,
  ITEM,
  muc,
  presence,
  ROOM,
  readId,
  shown,
  upToEntry,
  WELCOME,
} from '../support/scripted-room.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const SEND = `send ${ROOM} hi --room`

describe('faults of rooms', () => {
  const {env, failure, startServer, run} = newScriptedSession()

  describe('a room that is joined', () => {
    it('refuses the service discovery request: not the error of a join', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        const id = await readRequest(peer)
        peer.write(`<iq type='error' id='${id}' from='${ROOM}'>${error('auth', 'forbidden')}</iq>`)
      })
      assert.equal((await failure(77, SEND, {at})).code, 'forbidden')
    })

    it('has moved to another address: 67 with the address', async () => {
      const at = await startServer(async (peer) => {
        await signInClient(peer)
        const id = await readRequest(peer)
        const gone = error('cancel', 'gone').replace(
          '/>',
          '>xmpp:coffee@conference.localhost?join</gone>',
        )
        peer.write(`<iq type='error' id='${id}' from='${ROOM}'>${gone}</iq>`)
      })
      const {code, stdout} = await failure(67, SEND, {at})
      assert.equal(code, 'room-destroyed')
      assert.match(stdout, /The new address is coffee@conference\.localhost"/)
    })

    for (const [what, from] of [
      ['the nickname', `${ROOM}/alice`],
      ['the room', ROOM],
    ])
      it(`refuses without an id (from ${what}): the error of the join`, async () => {
        const at = await startServer(async (peer) => {
          await upToEntry(peer)
          peer.write(presence(`type='error' from='${from}'`, error('cancel', 'conflict')))
        })
        assert.equal((await failure(69, SEND, {at})).code, 'nick-conflict')
      })

    it('refuses another occupant: not an answer', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        const refusal = error('cancel', 'conflict')
        peer.write(presence(`type='error' from='${ROOM}/alice' id='other'`, refusal))
        peer.write(presence(`type='error' from='other@conference.localhost/alice'`, refusal))
        peer.write(WELCOME)
        peer.write(shown(`id='${await readId(peer, 'message')}'`, 'hi'))
      })
      assert.equal((await run(SEND, {at})).status, 0)
    })

    it('sends no status codes: the occupant with the nickname is this session', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(presence(`from='${ROOM}/bob'`, muc(ITEM)))
        peer.write(presence(`from='${ROOM}/alice'`, muc(ITEM)))
        peer.write(shown(`id='${await readId(peer, 'message')}'`, 'hi'))
      })
      assert.equal((await run(SEND, {at})).status, 0)
    })
  })

  describe('a message', () => {
    it('is reflected with another id and text, and in two parts: accepted', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        await readId(peer, 'message')
        const id = `<stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='first'/>`
        peer.write(shown("id='x1'", 'h').replace('</body>', `</body>${id}`))
        peer.write(shown("id='x2'", 'i'))
        await answerInfo(peer)
      })
      const {status, stdout} = await run(`${SEND} --json`, {at})
      assert.equal(status, 0, stdout)
      assert.equal(JSON.parse(stdout).messages[0].stanzaId, 'first')
    })

    it('is refused while another message is reflected: failed', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        const id = await readId(peer, 'message')
        peer.write(shown("id='of another session'", 'ho'))
        const refusal = error('auth', 'forbidden')
        peer.write(`<message type='error' id='${id}' from='${ROOM}'>${refusal}</message>`)
        await answerInfo(peer)
      })
      assert.equal((await failure(77, SEND, {at})).code, 'moderated')
    })

    it('is one of several that are reflected with other ids: assigned in order', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        for (const _ of [1, 2]) await readId(peer, 'message')
        for (const n of [1, 2]) {
          const id = `<stanza-id xmlns='urn:xmpp:sid:0' by='${ROOM}' id='s${n}'/>`
          peer.write(shown(`id='x${n}'`, String(n)).replace('</body>', `</body>${id}`))
        }
        for (const _ of [1, 2]) await answerInfo(peer)
      })
      const lines = ['one', 'two'].map((body) => JSON.stringify({to: ROOM, room: true, body}))
      const {status, stdout} = await run('send --batch --json', {at, input: lines.join('\n')})
      assert.equal(status, 0, stdout)
      const results = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.deepEqual(
        results.map(({stanzaId}) => stanzaId),
        ['s1', 's2'],
      )
    })

    it('is returned without an id: the oldest one', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        await readId(peer, 'message')
        peer.write(`<message type='error' from='${ROOM}'>${error('auth', 'forbidden')}</message>`)
      })
      assert.equal((await failure(77, SEND, {at})).code, 'moderated')
    })
  })

  describe('a room that is lost', () => {
    const lost = (codes: string): string =>
      presence(`type='unavailable' from='${ROOM}/alice'`, muc(`${ITEM}${codes}`))
    const notInRoom = (id: string): string =>
      `<message type='error' id='${id}' from='${ROOM}'>${error('cancel', 'not-acceptable')}</message>`

    for (const [what, codes, status, code] of [
      ['status 333', "<status code='307'/><status code='333'/>", 75, 'room-unreachable'],
      ['no status', '', 75, 'room-left'],
      ['a kick', "<status code='307'/>", 77, 'kicked'],
    ] as const)
      it(`before a message, with ${what}: ${status}`, async () => {
        const at = await startServer(async (peer) => {
          await upToEntry(peer)
          peer.write(WELCOME)
          const id = await readId(peer, 'message')
          peer.write(lost(codes))
          peer.write(notInRoom(id))
          await answerInfo(peer)
        })
        assert.equal((await failure(status, SEND, {at})).code, code)
      })

    it('with a message that was neither returned nor reflected: 74', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        await readId(peer, 'message')
        peer.write(lost("<status code='307'/><status code='333'/>"))
        await answerInfo(peer)
      })
      assert.equal((await failure(74, SEND, {at})).state, 'unknown')
    })

    it('silently is detected by the next message, which --retry sends again', async () => {
      let sessions = 0
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        const id = await readId(peer, 'message')
        peer.write(++sessions === 1 ? notInRoom(id) : shown(`id='${id}'`, 'hi'))
        await answerRequests(peer)
      })
      assert.equal((await failure(75, SEND, {at})).code, 'not-in-room')
      sessions = 0
      assert.equal((await run(`${SEND} --retry 1`, {at})).status, 0)
      assert.equal(sessions, 2)
    })

    it('is joined again for the next line of a batch', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME)
        peer.write(notInRoom(await readId(peer, 'message')))
        for (const _ of ['whether more comes back', 'whether it is there']) await answerInfo(peer)
        await readId(peer, 'presence')
        peer.write(WELCOME)
        peer.write(shown(`id='${await readId(peer, 'message')}'`, 'two'))
      })
      const child = start('exec xmpp send --batch --json', env(at))
      const closed = once(child, 'close')
      const line = linesOf(child.stdout)
      const send = async (body: string): Promise<SendResult> => {
        child.stdin?.write(`${JSON.stringify({to: ROOM, room: true, body})}\n`)
        return JSON.parse(await line())
      }
      const [first, second] = [await send('one'), await send('two')]
      assert.deepEqual([first.error?.code, first.error?.exitCode], ['not-in-room', 75])
      assert.equal(second.state, 'accepted')
      child.stdin?.end()
      await closed
    })
  })
})
