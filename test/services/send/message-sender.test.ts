import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {MessageSender} from '../../../src/services/send/message-sender.ts'
import type {OutgoingStanza} from '../../../src/services/send/outgoing-stanza.ts'
import {Inbox} from '../../../src/session/stanzas/inbox.ts'
import type {Element, StanzaChannel, StanzaReader} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const receiptFrom = (from: string): Element =>
  el`<message from="${from}"><received xmlns="urn:xmpp:receipts" id="1"/></message>`

/** Records the sent stanzas; the test confirms them, and delivers others. */
class Channel implements Pick<StanzaChannel, 'incoming' | 'sendConfirmed'> {
  #onHandled = (): void => {}
  readonly #inbox = new Inbox(() => this.#onHandled())
  readonly sent: string[] = []
  confirm: () => void = () => {}
  refuse: (failure: Failure) => void = () => {}

  /** Resolves when the sender has handled the stanza. */
  deliver(stanza: Element): Promise<void> {
    return new Promise((resolve) => {
      this.#onHandled = resolve
      this.#inbox.put(stanza, undefined)
    })
  }

  incoming(): StanzaReader {
    return this.#inbox.open()
  }

  sendConfirmed(stanza: Element): Promise<void> {
    this.sent.push(stanza.attrs.id)
    return new Promise((resolve, reject) => {
      this.confirm = resolve
      this.refuse = reject
    })
  }
}

function setUp(wait: OutgoingStanza['wait']) {
  const channel = new Channel()
  const sender = new MessageSender(channel as unknown as StanzaChannel, 'nick')
  const element = el`<message to="bob@localhost" id="1" type="chat"><body>x</body></message>`
  return {channel, send: () => sender.send({element, wait})}
}

describe('MessageSender', () => {
  it('passes the stanza on before it returns, so stanzas of one tick share a confirmation', async () => {
    const {channel, send} = setUp('accepted')
    const results = [send(), send()]
    assert.deepEqual(channel.sent, ['1', '1'])
    channel.confirm()
    const result = await results[1]
    assert.deepEqual([result?.state, result?.error], ['accepted', null])
  })

  it('counts a receipt that arrives before the confirmation of the server', async () => {
    const {channel, send} = setUp('delivered')
    const result = send()
    await channel.deliver(receiptFrom('bob@localhost/phone'))
    channel.confirm()
    assert.equal((await result).state, 'delivered')
  })

  it('ignores a receipt from another address', async () => {
    const {channel, send} = setUp('delivered')
    const result = send()
    channel.confirm()
    await channel.deliver(receiptFrom('eve@localhost/phone'))
    await channel.deliver(el`<message from="bob@localhost" id="1" type="error"/>`)
    assert.equal((await result).state, 'failed')
  })

  it('stops to wait for a receipt when the message is refused', async () => {
    const {channel, send} = setUp('delivered')
    const result = send()
    channel.refuse(new Failure('refused', 'Refused', EXIT.noUser))
    const {error, state} = await result
    assert.deepEqual([state, error?.code], ['failed', 'refused'])
  })
})
