/** `xmpp ask --room`: the answers that count in rooms with visible JIDs, and in anonymous rooms. */
import assert from 'node:assert/strict'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {type Element, xml} from '../../src/xml.ts'
import {environment, type Outcome} from '../support/cli.ts'
import {type Client, openClient} from '../support/client.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const OPEN = 'open@conference.localhost'
const HALF_OPEN = 'half-open@conference.localhost'
const body = (text: string): Element => xml('body', {}, text)
const replyTo = (id: string): Element => xml('reply', {xmlns: 'urn:xmpp:reply:0', id})

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}))
  describe(`ask --room on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    const clients: Record<string, Client> = {}
    const client = (user: string): Client => {
      const found = clients[user]
      assert.ok(found)
      return found
    }

    before(async () => {
      server = await startServer({users: ['alice', 'bob', 'carol', 'dave']})
      for (const [room, whois] of [
        [OPEN, 'anyone'],
        [HALF_OPEN, 'moderators'],
      ]) {
        for (const words of [
          `room create ${room} --preset public --field whois=${whois}`,
          `room affiliation set ${room} member carol@localhost`,
        ]) {
          const {status, stderr} = await runXmpp(words, environment(server, 'bob'))
          assert.equal(status, 0, stderr)
        }
      }
      for (const user of ['bob', 'carol', 'dave']) {
        const opened = await openClient(server, user)
        for (const room of [OPEN, HALF_OPEN])
          await enterRoom(opened.stanzas, opened.listener, room, {nick: `${user}s-nick`})
        clients[user] = opened
      }
    })
    after(async () => {
      for (const opened of Object.values(clients)) await opened.close()
      await server.stop()
    })

    const sendTo = (user: string, room: string, ...children: Element[]): Promise<void> =>
      client(user).stanzas.sendConfirmed(
        xml('message', {to: room, type: 'groupchat', id: crypto.randomUUID()}, ...children),
      )
    const ask = (words: string): Promise<Outcome> =>
      runXmpp(`ask --room ${words} "Deploy?" --json`, environment(server, 'alice'))
    const answersOf = async (asking: Promise<Outcome>, status: number) => {
      const {stderr, stdout, ...outcome} = await asking
      assert.equal(outcome.status, status, stdout + stderr)
      return JSON.parse(stdout).answers.map(
        ({choice, from}: {choice: string; from: string}) => `${from}: ${choice}`,
      )
    }

    for (const [room, carol, bob] of [
      [OPEN, 'carol@localhost', 'bob@localhost'],
      [HALF_OPEN, `${HALF_OPEN}/carols-nick`, `${HALF_OPEN}/bobs-nick`],
    ] as const) {
      it(`counts the answers of members only in ${room}`, async () => {
        const question = client('carol').receives('Deploy? (yes/no)')
        const asking = ask(`${room} --affiliation member --need 2`)
        await question
        const closed = client('dave').receives(/Answered by bobs-nick, carols-nick: yes/)
        await sendTo('dave', room, body('no'))
        await sendTo('bob', room, body('yes'))
        await sendTo('bob', room, body('yes'))
        await sendTo('carol', room, body('yes'))
        assert.deepEqual(await answersOf(asking, 0), [`${bob}: yes`, `${carol}: yes`])
        const correction = await closed
        assert.equal(
          correction.getChild('replace')?.attrs.id,
          (await question).attrs.id,
          'the question is corrected',
        )
      })

      it(`counts a reply to the stanza id of the question in ${room}`, async () => {
        const question = client('dave').receives('Deploy? (yes/no)')
        const asking = ask(room)
        const {children} = await question
        const id = (await question).getChild('stanza-id', 'urn:xmpp:sid:0')?.attrs.id
        assert.ok(id, String(children))
        await sendTo('dave', room, body('no'), replyTo(id))
        const [answer] = await answersOf(asking, 3)
        assert.match(answer, /dave.*: no$/)
      })
    }

    it('counts a user with two nicknames once', async () => {
      const other = await openClient(server, 'carol')
      try {
        await enterRoom(other.stanzas, other.listener, OPEN, {nick: 'somebody'})
        const question = client('bob').receives('Deploy? (yes/no)')
        const asking = ask(`${OPEN} --need 2`)
        await question
        await other.stanzas.sendConfirmed(
          xml('message', {to: OPEN, type: 'groupchat'}, body('yes')),
        )
        await sendTo('carol', OPEN, body('yes'))
        await sendTo('bob', OPEN, body('yes'))
        assert.deepEqual(await answersOf(asking, 0), ['carol@localhost: yes', 'bob@localhost: yes'])
      } finally {
        await other.close()
      }
    })

    it('does not count a private message of an occupant, and keeps it for listen', async () => {
      const question = client('bob').receives('Deploy? (yes/no)')
      const asking = ask(`${OPEN} --affiliation owner`)
      const occupant = (await question).attrs.from
      const privately = xml('x', {xmlns: 'http://jabber.org/protocol/muc#user'})
      await client('bob').says(occupant, body('no'), privately)
      await sendTo('bob', OPEN, body('yes'))
      assert.deepEqual(await answersOf(asking, 0), ['bob@localhost: yes'])
      const words = 'listen --include message --count 1 --timeout 20s'
      const {stdout} = await runXmpp(words, environment(server, 'alice'))
      assert.match(stdout, /bobs-nick: \S+ no\n$/)
    })

    it('ends when this account is removed from the room', async () => {
      const question = client('bob').receives('Deploy? (yes/no)')
      const asking = ask(`${OPEN} --nick asker`)
      await question
      const kicked = await runXmpp(`room kick ${OPEN} asker`, environment(server, 'bob'))
      assert.equal(kicked.status, 0, kicked.stderr)
      assert.deepEqual(await answersOf(asking, 77), [])
    })

    it('fails for a room that does not exist (67), and for an occupant (2)', async () => {
      const missing = await ask('missing@conference.localhost')
      assert.equal(missing.status, 67, missing.stderr)
      const occupant = await ask(`${OPEN}/bobs-nick`)
      assert.equal(occupant.status, 2, occupant.stderr)
    })
  })
