import assert from 'node:assert/strict'
import {Failure} from '../../src/errors.ts'
import {followRoster} from '../../src/protocol/live-roster.ts'
import {
  approve,
  buildSubscription,
  getRequests,
  parseSubscriptionRequest,
  subscribe,
} from '../../src/protocol/subscription.ts'
import type {Element, Stanzas} from '../../src/xml.ts'
import {el} from '../support/xml.ts'

const self = Promise.resolve({jid: 'juliet@example.com/balcony'})
const noUser = ({exitCode}: Failure): boolean => exitCode === 67

/** A server with this roster, which pushes the item when a presence is sent to it. */
function server(items: string, pushed?: string) {
  const sent: string[] = []
  let push: (request: Element) => Element | undefined = () => undefined
  const stanzas = {
    get: async () => el`<query xmlns='jabber:iq:roster'>${items}</query>`,
    answer: (_name: string, _namespace: string, reply: typeof push) => {
      push = reply
    },
    async send(stanza: Element) {
      sent.push(String(stanza))
      if (pushed) push(el`<iq type='set'><query xmlns='jabber:iq:roster'>${pushed}</query></iq>`)
    },
  } as unknown as Stanzas
  return {sent, stanzas}
}

describe('RFC 6121 §3: subscriptions', () => {
  it('are asked for with a word', () => {
    assert.equal(
      String(buildSubscription('subscribe', 'romeo@example.net', 'It is Juliet')),
      '<presence type="subscribe" to="romeo@example.net"><status>It is Juliet</status></presence>',
    )
  })

  it('are read with the word, and the name of who asks', () => {
    const request = parseSubscriptionRequest(el`
      <presence from='romeo@example.net/orchard' type='subscribe'>
        <status>Hi</status><nick xmlns='http://jabber.org/protocol/nick'>Romeo</nick>
      </presence>`)
    assert.deepEqual(request, {jid: 'romeo@example.net', message: 'Hi', nick: 'Romeo'})
  })

  it('say what came of it, as the roster shows', async () => {
    const {sent, stanzas} = server('', "<item jid='romeo@example.net' ask='subscribe'/>")
    const roster = await followRoster(stanzas, self)
    const {pending, state} = await subscribe(stanzas, roster, 'romeo@example.net')
    assert.deepEqual([state, pending, sent.length], ['requested', true, 1])
    // A second time there is nothing to do, unless there is something new to say.
    assert.equal((await subscribe(stanzas, roster, 'romeo@example.net')).state, 'unchanged')
    assert.equal(sent.length, 1)
    await subscribe(stanzas, roster, 'romeo@example.net', 'Please')
    assert.equal(sent.length, 2)
  })

  it('fail when the server took no notice', async () => {
    const {stanzas} = server('')
    const roster = await followRoster(stanzas, self)
    await assert.rejects(subscribe(stanzas, roster, 'nobody@example.net'), noUser)
    await assert.rejects(approve(stanzas, self, 'nobody@example.net'), noUser)
  })

  it('are approved, or approved in advance, or were so already', async () => {
    const state = async (items: string, pushed?: string): Promise<string> =>
      (await approve(server(items, pushed).stanzas, self, 'romeo@example.net')).state
    const item = (attributes = ''): string => `<item jid='romeo@example.net' ${attributes}/>`
    assert.equal(await state('', item("subscription='from'")), 'approved')
    assert.equal(await state('', item()), 'pre-approved')
    assert.equal(await state(item(), item("approved='true'")), 'pre-approved')
    assert.equal(await state(item("subscription='both'")), 'unchanged')
    await assert.rejects(state(item()), noUser)
  })
})

describe('RFC 6121 §3.1.3: requests that wait', () => {
  /** Hands out requests to whoever becomes available. */
  function handingOut(leavesMessages: boolean) {
    const sent: string[] = []
    const queue = [
      el`<presence from='a@example.com' type='subscribe'/>`,
      el`<presence from='b@example.com/r'/>`,
      el`<presence from='a@example.com' type='subscribe'><status>again</status></presence>`,
    ]
    const stanzas = {
      async get() {
        if (leavesMessages) return undefined
        const condition = 'item-not-found'
        throw new Failure(condition, 'No', 67, {condition, stage: 'request'})
      },
      async send(stanza: Element) {
        sent.push(String(stanza))
      },
      async *stanzas() {
        yield* queue
        await new Promise(() => {}) // as a session that stays open
      },
    } as unknown as Stanzas
    return {sent, stanzas}
  }

  it('are listed once for each who asks', async () => {
    const {stanzas} = handingOut(true)
    assert.deepEqual(await getRequests(stanzas), [
      {jid: 'a@example.com', message: 'again', nick: null},
    ])
  })

  it('are asked for at priority 0 only where messages stay where they are', async () => {
    for (const [leavesMessages, priority] of [
      [true, 0],
      [false, -1],
    ] as const) {
      const {sent, stanzas} = handingOut(leavesMessages)
      await getRequests(stanzas)
      assert.deepEqual(sent, [`<presence><priority>${priority}</priority></presence>`])
    }
  })
})
