/** `xmpp listen --room` with rooms that violate the specification or no longer exist. */
import assert from 'node:assert/strict'
import {answerRequests, readRequest} from '../support/admit.ts'
import {
  answerInfo,
  ITEM,
  muc,
  presence,
  ROOM,
  readId,
  upToEntry,
  WELCOME,
} from '../support/scripted-room.ts'
import {newScriptedSession} from '../support/scripted-session.ts'

const UNREACHABLE = "<item affiliation='none' role='none'/><status code='333'/>"

describe('listen in a room', () => {
  const {startServer, run} = newScriptedSession()

  describe('a message before the subject of the room', () => {
    const LISTEN = `listen --room ${ROOM} --json --include message --timeout 20s`
    const BOT = `${LISTEN} --count 5 --reply --exec 'echo "to $XMPP_BODY"'`
    const messageOf = (body: string, children = ''): string =>
      `<message type='groupchat' from='${ROOM}/bob' id='${body}'><body>${body}</body>${children}</message>`
    const HISTORY = [
      messageOf('a', `<delay xmlns='urn:xmpp:delay' from='${ROOM}' stamp='2020-01-01T00:00:00Z'/>`),
      messageOf(
        'b',
        "<delay xmlns='urn:xmpp:delay' from='bob@localhost/x' stamp='2020-01-01T00:00:00Z'/>",
      ),
      messageOf('c', "<x xmlns='jabber:x:delay' stamp='20200101T00:00:00'/>"),
      messageOf('d'),
    ]
    const SUBJECT = `<message type='groupchat' from='${ROOM}'><subject/></message>`

    for (const [what, subject] of [
      ['', SUBJECT],
      [', without a subject', ''],
    ] as const)
      it(`is history, and does not run the command${what}`, async () => {
        const at = await startServer(async (peer) => {
          await upToEntry(peer)
          peer.write(WELCOME + HISTORY.join('') + subject)
          if (!subject) await answerInfo(peer)
          await peer.read(/<presence\b[^>]*>.*?<\/presence>|<presence\/>/s)
          peer.write(messageOf('e'))
          await answerRequests(peer)
        })
        const {status, stdout} = await run(BOT, {at})
        assert.equal(status, 0, stdout)
        const events = stdout
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
        const time = '2020-01-01T00:00:00.000Z'
        assert.deepEqual(
          events.flatMap(({body, delay, event}) => (event === 'message' ? [[body, delay]] : [])),
          [
            ['a', time],
            ['b', time],
            ['c', time],
            ['d', null],
            ['e', null],
          ],
        )
        const answers = (await at.received()).join('').match(/<body>[^<]*/g)
        assert.deepEqual(answers, ['<body>to e'])
      })

    it('is also printed after --retry has joined the room again', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME + SUBJECT)
        await peer.read(/<presence\b[^>]*>.*?<\/presence>|<presence\/>/s)
        peer.write(`<iq type='result' id='${await readRequest(peer)}'/>`)
        peer.write(presence(`type='unavailable' from='${ROOM}/alice'`, muc(UNREACHABLE)))
        await answerInfo(peer)
        await readId(peer, 'presence')
        peer.write(WELCOME + messageOf('missed') + SUBJECT)
        await answerRequests(peer)
      })
      const {status, stdout} = await run(`${LISTEN} --count 1 --retry 1`, {at})
      assert.equal(status, 0, stdout)
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      assert.deepEqual(
        events.map(({body, error, event}) => body ?? error?.code ?? event),
        ['ready', 'room-unreachable', 'missed', 'end'],
      )
    })

    for (const format of ['--json', ''])
      it(`does not start again after the end of a run ${format || 'as text'}, despite --retry`, async () => {
        const at = await startServer(async (peer) => {
          await upToEntry(peer)
          peer.write(WELCOME + SUBJECT)
          await peer.read(/<presence\b[^>]*>.*?<\/presence>|<presence\/>/s)
          peer.write(`<iq type='result' id='${await readRequest(peer)}'/>`)
          peer.write(presence(`type='unavailable' from='${ROOM}/alice'`, muc(UNREACHABLE)))
          await answerInfo(peer)
          await readId(peer, 'presence')
          peer.write(
            presence(
              `type='error' from='${ROOM}/alice'`,
              "<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
            ),
          )
          await answerRequests(peer)
        })
        const flags = `listen --room ${ROOM} --timeout 20s --retry 1 ${format}`
        const {status, stderr} = await run(flags, {at})
        assert.equal(status, 75, stderr)
        assert.equal(at.connections, 1)
        assert.equal(stderr.match(/no longer in any of the rooms/g)?.length, 1, stderr)
      })

    it('ends the run when the room is lost: 75', async () => {
      const at = await startServer(async (peer) => {
        await upToEntry(peer)
        peer.write(WELCOME + SUBJECT)
        await peer.read(/<presence\b[^>]*>.*?<\/presence>|<presence\/>/s)
        peer.write(presence(`type='unavailable' from='${ROOM}/alice'`, muc(ITEM)))
        await answerRequests(peer)
      })
      const {status, stdout} = await run(LISTEN, {at})
      assert.equal(status, 75, stdout)
      const {error, reason} = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
      assert.deepEqual([reason, error.code], ['out-of-room', 'room-left'])
    })
  })
})
