/** `xmpp listen --room` and `--reply`, and forged stanzas, on real servers. */
import assert from 'node:assert/strict'
import type {ChildProcess} from 'node:child_process'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {enterRoom} from '../../src/protocol/muc/room.ts'
import {withSession} from '../../src/session/session.ts'
import {type Element, type StanzaChannel, xml} from '../../src/xml.ts'
import {account, chat} from '../fixtures/accounts.ts'
import {environment, start} from '../support/cli.ts'
import {eventsOf} from '../support/events.ts'
import {forOneTest, type OneTestServer} from '../support/one-test.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const NS_MUC_USER = 'http://jabber.org/protocol/muc#user'
const NS_MUC_ADMIN = 'http://jabber.org/protocol/muc#admin'
const NS_MUC_OWNER = 'http://jabber.org/protocol/muc#owner'

interface Romeo {
  stanzas: StanzaChannel
  arrivals: StanzaListener
}

const bodyOf = (stanza: Element): string => stanza.getChildText('body') ?? ''
const groupMessage = (body: string, room: string): Element =>
  xml('message', {to: room, type: 'groupchat'}, xml('body', {}, body))
/** §8.2 and §9.1. */
const expel = (item: object): Element =>
  xml('query', {xmlns: NS_MUC_ADMIN}, xml('item', {...item}, xml('reason', {}, 'Be gone')))
const destroy = xml(
  'query',
  {xmlns: NS_MUC_OWNER},
  xml('destroy', {}, xml('reason', {}, 'Be gone')),
)

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`listen among others on ${name}`, function () {
    this.timeout(60_000)
    let shared: TestServer
    let server: OneTestServer
    let juliet: string
    let coven: string
    let heath: string
    before(async () => {
      shared = await startServer()
    })
    after(() => shared.stop())
    beforeEach(async () => {
      server = await forOneTest(shared, ['romeo', 'juliet'])
      juliet = server.account('juliet').jid
      coven = server.room('coven')
      heath = server.room('heath')
    })

    const listen = (flags: string): ChildProcess =>
      start(
        `exec xmpp listen --json --timeout 40s --exclude presence ${flags}`,
        environment(server, 'juliet'),
      )

    /** Runs as romeo, an occupant and owner of both rooms. */
    const asRomeo = (use: (romeo: Romeo) => Promise<void>): Promise<void> =>
      withSession(
        account(server, 'romeo', server.tlsPort),
        async ({stanzas}) => {
          const arrivals = new StanzaListener(stanzas)
          for (const room of [coven, heath])
            await enterRoom(stanzas, arrivals, room, {nick: 'romeo', create: true})
          await use({arrivals, stanzas})
        },
        {trace: {}},
      )

    it('does not answer itself, even if the room changes its nickname', () =>
      asRomeo(async ({arrivals, stanzas}) => {
        const received: string[] = []
        const waitForBody = (body: string): Promise<true> =>
          arrivals.waitFor((stanza) => {
            if (stanza.attrs.type !== 'groupchat' || !stanza.getChild('body')) return undefined
            if (!received.includes(bodyOf(stanza))) received.push(bodyOf(stanza))
            return bodyOf(stanza) === body || undefined
          })
        const bot = `--room ${coven} --nick ＢＯＴ --exec 'echo "You said $XMPP_BODY"' --reply`
        for await (const event of eventsOf(listen(bot))) {
          if (event.event !== 'ready') continue
          for (const body of ['one', 'two']) {
            const answered = waitForBody(`You said ${body}`)
            await stanzas.send(groupMessage(body, coven))
            await answered
          }
          break
        }
        assert.deepEqual(received, ['one', 'You said one', 'two', 'You said two'])
      }))

    it('answers a private message in a room privately', () =>
      asRomeo(async ({arrivals, stanzas}) => {
        const flags = `--room ${coven} --nick jules --exec 'echo "Yes, $XMPP_BODY"' --reply`
        for await (const event of eventsOf(listen(flags))) {
          if (event.event !== 'ready') continue
          const isFromJules = ({attrs, name}: Element): boolean =>
            name === 'message' && attrs.from === `${coven}/jules` && attrs.type === 'chat'
          const received = arrivals.waitFor((stanza) =>
            isFromJules(stanza) && stanza.getChild('received') ? stanza : undefined,
          )
          const answered = arrivals.waitFor((stanza) =>
            isFromJules(stanza) && stanza.getChild('body') ? stanza : undefined,
          )
          const privateMessage = chat(`${coven}/jules`, 'dear')
          privateMessage.attrs.id = 'privateMessage'
          privateMessage.append(xml('request', {xmlns: 'urn:xmpp:receipts'}))
          privateMessage.append(xml('x', {xmlns: NS_MUC_USER}))
          await stanzas.send(privateMessage)
          const answer = await answered
          assert.equal(bodyOf(answer), 'Yes, dear')
          for (const stanza of [answer, await received])
            assert.ok(stanza.getChild('x', NS_MUC_USER))
          break
        }
      }))

    for (const [what, code, status, loss] of [
      ['kicked', 'kicked', 77, () => expel({nick: 'jules', role: 'none'})],
      ['banned', 'banned', 77, () => expel({jid: juliet, affiliation: 'outcast'})],
      ['destroyed', 'room-destroyed', 67, () => destroy],
    ] as const)
      it(`prints an error for each room that is lost, and ends with the last room (${what})`, () =>
        asRomeo(async ({stanzas}) => {
          const flags = `--room ${coven} --room ${heath} --nick jules`
          const printed: unknown[] = []
          for await (const event of eventsOf(listen(flags))) {
            if (event.event === 'ready')
              await stanzas.set(expel({nick: 'jules', role: 'none'}), heath)
            if (event.event === 'message') await stanzas.set(loss(), coven)
            if (event.event === 'message') printed.push(event.body)
            if (event.event === 'error')
              printed.push(event.from, event.error?.code, event.error?.text)
            if (event.event === 'error' && event.from === heath)
              await stanzas.send(groupMessage('still here', coven))
            if (event.event === 'end') printed.push(event.reason, event.exitCode, event.error?.code)
          }
          assert.deepEqual(printed, [
            ...[heath, 'kicked', 'Be gone'],
            'still here',
            ...[coven, code, 'Be gone'],
            ...['out-of-room', status, code],
          ])
        }))

    it('ignores forged rooms, stanza ids and invitations', () =>
      asRomeo(async ({stanzas}) => {
        const forged = xml('stanza-id', {
          xmlns: 'urn:xmpp:sid:0',
          by: juliet,
          id: 'FORGED',
        })
        const likeARoom = chat(juliet, 'as if')
        likeARoom.append(forged)
        likeARoom.append(xml('x', {xmlns: NS_MUC_USER}))
        const invite = xml('invite', {to: juliet}, xml('reason', {}, 'Come'))
        const messages = []
        for await (const event of eventsOf(listen('--count 2'))) {
          if (event.event === 'ready') {
            await stanzas.sendConfirmed(likeARoom)
            const invitation = xml('message', {to: coven}, xml('x', {xmlns: NS_MUC_USER}, invite))
            await stanzas.send(invitation)
          }
          if (event.event === 'message' || event.event === 'invitation') messages.push(event)
        }
        const [message, invitation] = messages
        assert.deepEqual([message?.body, message?.room, message?.nick], ['as if', null, null])
        assert.ok(message?.stanzaId && message.stanzaId !== 'FORGED')
        const {from, inviter, reason, room} = invitation ?? {}
        assert.deepEqual([from, room, reason], [coven, coven, 'Come'])
        assert.match(inviter ?? '', /romeo/) // with Prosody the JID of the occupant, with ejabberd that of the user
      }))

    it('sends a long answer in parts, and continues', () =>
      asRomeo(async ({arrivals, stanzas}) => {
        const command = `case $XMPP_BODY in long) head -c 400000 /dev/zero | tr "\\0" x;; *) echo done;; esac`
        let length = 0
        const done = arrivals.waitFor((stanza) => {
          if (stanza.attrs.type !== 'chat') return undefined
          length += bodyOf(stanza).replace(/[^x]/g, '').length
          return bodyOf(stanza) === 'done' || undefined
        })
        await stanzas.sendConfirmed(xml('presence'))
        for await (const event of eventsOf(listen(`--exec '${command}' --reply`))) {
          if (event.event !== 'ready') assert.equal(event.event, 'message')
          if (event.event !== 'ready') continue
          await stanzas.sendConfirmed(chat(juliet, 'long'))
          await stanzas.sendConfirmed(chat(juliet, 'short'))
          await done
          break
        }
        assert.equal(length, 400_000)
      }))
  })
}
