import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {
  approve,
  buildSubscription,
  deny,
  getRequests,
  parseSubscriptionRequest,
  removeContact,
  subscribe,
  unsubscribe,
} from '../../../src/protocol/presence/subscription.ts'
import {trackRoster} from '../../../src/protocol/roster/live-roster.ts'
import type {Element, IqHandler, StanzaChannel} from '../../../src/xml.ts'
import {el, iqRequest} from '../../support/xml.ts'

const self = Promise.resolve({jid: 'juliet@example.com/balcony'})
const noUser = ({exitCode}: Failure): boolean => exitCode === 67

/** A server whose roster changes to `changed` after the first stanza. It pushes the change, unless it is `mute`. */
function server(items: string, changed = items, {mute = false, requests = [] as string[]} = {}) {
  const sent: string[] = []
  let current = items
  let push: IqHandler = () => undefined
  const change = async (stanza: Element) => {
    sent.push(String(stanza))
    if (stanza.attrs.type === undefined && stanza.name === 'presence') return
    if (!mute && changed !== items)
      void push(
        iqRequest(el`<iq type='set'><query xmlns='jabber:iq:roster'>${changed}</query></iq>`),
      )
    current = changed
  }
  const stanzas = {
    get: async () => el`<query xmlns='jabber:iq:roster'>${current}</query>`,
    iqCallee: {
      set: (_namespace: string, _name: string, handler: IqHandler) => {
        push = handler
      },
    },
    sendConfirmed: change,
    set: change,
    async *incoming() {
      for (const jid of requests) yield el`<presence from='${jid}' type='subscribe'/>`
      await new Promise(() => {}) // as a session that stays open
    },
  } as unknown as StanzaChannel
  return {sent, stanzas}
}

describe('RFC 6121 §3: subscriptions', () => {
  it('are requested with a message', () => {
    assert.equal(
      String(buildSubscription('subscribe', 'romeo@example.net', 'It is Juliet')),
      '<presence type="subscribe" to="romeo@example.net"><status>It is Juliet</status></presence>',
    )
  })

  it('are parsed with the message and the nickname of a request', () => {
    const request = parseSubscriptionRequest(el`
      <presence from='romeo@example.net/orchard' type='subscribe'>
        <status>Hi</status><nick xmlns='http://jabber.org/protocol/nick'>Romeo</nick>
      </presence>`)
    assert.deepEqual(request, {jid: 'romeo@example.net', message: 'Hi', nick: 'Romeo'})
  })

  it('have the state that the roster shows after the request', async () => {
    const {sent, stanzas} = server('', "<item jid='romeo@example.net' ask='subscribe'/>")
    const roster = await trackRoster(stanzas, self)
    const {pending, state} = await subscribe(stanzas, roster, 'romeo@example.net')
    assert.deepEqual([state, pending, sent.length], ['requested', true, 1])
    // A pending request is sent again only with a message.
    assert.equal((await subscribe(stanzas, roster, 'romeo@example.net')).state, 'unchanged')
    assert.equal(sent.length, 1)
    await subscribe(stanzas, roster, 'romeo@example.net', 'Please')
    assert.equal(sent.length, 2)
  })

  it('fail if the roster does not change (67)', async () => {
    const {stanzas} = server('')
    const roster = await trackRoster(stanzas, self)
    await assert.rejects(subscribe(stanzas, roster, 'nobody@example.net'), noUser)
    await assert.rejects(approve(stanzas, self, 'nobody@example.net'), noUser)
  })

  it('are approved, approved in advance, or unchanged', async () => {
    const state = async (items: string, pushed?: string): Promise<string> =>
      (await approve(server(items, pushed).stanzas, self, 'romeo@example.net')).state
    const item = (attributes = ''): string => `<item jid='romeo@example.net' ${attributes}/>`
    assert.equal(await state('', item("subscription='from'")), 'approved')
    assert.equal(await state('', item()), 'pre-approved')
    assert.equal(await state(item(), item("approved='true'")), 'pre-approved')
    assert.equal(await state(item("subscription='both'")), 'unchanged')
    await assert.rejects(state(item()), noUser)
  })

  const romeo = 'romeo@example.net'
  const item = (attributes = ''): string => `<item jid='${romeo}' ${attributes}/>`
  const both = item("subscription='both'")

  it('have the state of a new roster request if the server sends no push', async () => {
    const quiet = (before: string, after: string) => server(before, after, {mute: true}).stanzas
    const unsubscribed = await unsubscribe(quiet(both, item("subscription='from'")), self, romeo)
    assert.deepEqual([unsubscribed.state, unsubscribed.subscription], ['unsubscribed', 'from'])
    const denied = await deny(quiet(both, item("subscription='to'")), self, romeo)
    assert.deepEqual([denied.state, denied.subscription], ['denied', 'to'])
    const asked = quiet('', item("ask='subscribe'"))
    const {pending} = await subscribe(asked, await trackRoster(asked, self), romeo)
    assert.equal(pending, true)
  })

  it('fail if the roster still has the subscription (69)', async () => {
    const same = () => server(both).stanzas
    await assert.rejects(unsubscribe(same(), self, romeo), {code: 'not-changed', exitCode: 69})
    await assert.rejects(deny(same(), self, romeo), {code: 'not-changed', exitCode: 69})
    const shared = same()
    const roster = await trackRoster(shared, self)
    const contact = roster.contact(romeo)
    assert.ok(contact)
    await assert.rejects(removeContact(shared, roster, contact), {code: 'not-changed'})
  })

  it('end even if the server of the contact cannot be reached', async () => {
    const {stanzas} = server(both, item("subscription='from'"), {mute: true})
    const {sendConfirmed: send} = stanzas
    stanzas.sendConfirmed = async (stanza) => {
      await send(stanza)
      const condition = 'remote-server-not-found'
      throw new Failure(condition, 'No', 68, {condition, stage: 'request'})
    }
    assert.equal((await unsubscribe(stanzas, self, romeo)).state, 'unsubscribed')
  })

  it('are denied only if there is a request or an approval (67)', async () => {
    const asked = server('', '', {requests: ['Romeo@example.net/orchard', 'a@example.net']})
    assert.equal((await deny(asked.stanzas, self, romeo)).state, 'denied')
    await assert.rejects(deny(server('').stanzas, self, romeo), noUser)
    await assert.rejects(deny(server(item()).stanzas, self, romeo), noUser)
    // An approval in advance, which not every server shows.
    const approved = server(item(), item("name=''")).stanzas
    assert.equal((await deny(approved, self, romeo)).state, 'denied')
  })

  it('end with the contact, together with the requests in both directions', async () => {
    const remove = async (attributes: string): Promise<string[]> => {
      const {sent, stanzas} = server(item(attributes), '', {mute: true})
      const roster = await trackRoster(stanzas, self)
      const contact = roster.contact(romeo)
      assert.ok(contact)
      await removeContact(stanzas, roster, contact)
      return sent.map((stanza) => /type="(\w+)"/.exec(stanza)?.[1] ?? stanza)
    }
    const removal =
      '<query xmlns="jabber:iq:roster"><item jid="romeo@example.net" subscription="remove"/></query>'
    assert.deepEqual(await remove("ask='subscribe'"), ['unsubscribe', 'unsubscribed', removal])
    assert.deepEqual(await remove("subscription='to'"), ['unsubscribed', removal])
    assert.deepEqual(await remove("subscription='from' ask='subscribe'"), ['unsubscribe', removal])
    assert.deepEqual(await remove("subscription='both'"), [removal])
  })
})

describe('RFC 6121 §3.1.3: pending requests', () => {
  /** A server that delivers pending requests to a resource that becomes available. */
  function withRequests(canDisableDelivery: boolean) {
    const sent: string[] = []
    const queue = [
      el`<presence from='a@example.com' type='subscribe'/>`,
      el`<presence from='b@example.com/r'/>`,
      el`<presence type='subscribe'/>`, // without a sender
      el`<presence from='a@example.com' type='subscribe'><status>again</status></presence>`,
    ]
    const stanzas = {
      async get() {
        if (canDisableDelivery) return undefined
        const condition = 'item-not-found'
        throw new Failure(condition, 'No', 67, {condition, stage: 'request'})
      },
      async sendConfirmed(stanza: Element) {
        sent.push(String(stanza))
      },
      async *incoming() {
        yield* queue
        await new Promise(() => {}) // as a session that stays open
      },
    } as unknown as StanzaChannel
    return {sent, stanzas}
  }

  it('are listed once for each JID', async () => {
    const {stanzas} = withRequests(true)
    assert.deepEqual(await getRequests(stanzas), [
      {jid: 'a@example.com', message: 'again', nick: null},
    ])
  })

  it('are fetched with priority 0 only if the server delivers no stored messages', async () => {
    for (const [canDisableDelivery, priority] of [
      [true, 0],
      [false, -1],
    ] as const) {
      const {sent, stanzas} = withRequests(canDisableDelivery)
      await getRequests(stanzas)
      assert.deepEqual(sent, [`<presence><priority>${priority}</priority></presence>`])
    }
  })
})
