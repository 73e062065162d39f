import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {buildPublish, getItem, publish} from '../../../src/protocol/core/pubsub.ts'
import type {Element, Iq} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

/** Gives these answers in order, and records the requests. */
function answering(...answers: Array<Element | Failure | undefined>) {
  const requests: string[] = []
  const reply = async (payload: Element): Promise<Element | undefined> => {
    requests.push(String(payload))
    const answer = answers.shift()
    if (answer instanceof Failure) throw answer
    return answer
  }
  const iq: Iq = {get: reply, set: reply}
  return {requests, iq}
}

const refusal = (condition: string): Failure =>
  new Failure(condition, 'It was refused', EXIT.unavailable, {condition, stage: 'request'})

describe('XEP-0163: personal eventing', () => {
  it('sets the access model of a new node', () => {
    const payload = el`<nick xmlns='http://jabber.org/protocol/nick'>Ishmael</nick>`
    assert.equal(
      String(
        buildPublish(
          'http://jabber.org/protocol/nick',
          {id: 'current', payload},
          {access_model: 'presence'},
        ),
      ),
      String(el`
        <pubsub xmlns='http://jabber.org/protocol/pubsub'>
          <publish node='http://jabber.org/protocol/nick'>
            <item id='current'><nick xmlns='http://jabber.org/protocol/nick'>Ishmael</nick></item>
          </publish>
          <publish-options>
            <x xmlns='jabber:x:data' type='submit'>
              <field var='FORM_TYPE' type='hidden'>
                <value>http://jabber.org/protocol/pubsub#publish-options</value>
              </field>
              <field var='pubsub#access_model'><value>presence</value></field>
            </x>
          </publish-options>
        </pubsub>`),
    )
  })

  it('publishes without options to an existing node with another access model', async () => {
    const {requests, iq} = answering(refusal('conflict'), undefined)
    await publish(iq, 'node', {id: 'current', payload: el`<a/>`}, 'open')
    assert.equal(requests.length, 2)
    assert.match(requests[0] ?? '', /publish-options/)
    assert.doesNotMatch(requests[1] ?? '', /publish-options/)
  })

  it('publishes again when the server could not create the node', async () => {
    const {requests, iq} = answering(refusal('item-not-found'), undefined)
    await publish(iq, 'node', {id: 'current', payload: el`<a/>`}, 'open')
    assert.deepEqual(requests[0], requests[1])
    const twice = answering(refusal('item-not-found'), refusal('item-not-found'))
    const published = publish(twice.iq, 'node', {id: 'current', payload: el`<a/>`}, 'open')
    await assert.rejects(published, {code: 'item-not-found'})
  })

  it('returns undefined for a node that does not exist or is not readable', async () => {
    for (const condition of [
      'item-not-found',
      'forbidden',
      'not-authorized',
      'service-unavailable',
    ])
      assert.equal(await getItem(answering(refusal(condition)).iq, 'node'), undefined)
    await assert.rejects(getItem(answering(refusal('internal-server-error')).iq, 'node'))
  })

  it('rejects with a failed sign-in', async () => {
    const details = {condition: 'not-authorized', stage: 'auth'} as const
    const failure = new Failure('not-authorized', 'Wrong password', EXIT.noPermission, details)
    await assert.rejects(getItem(answering(failure).iq, 'node'), failure)
  })

  it('reads the newest item', async () => {
    const {requests, iq} = answering(el`
      <pubsub xmlns='http://jabber.org/protocol/pubsub'>
        <items node='node'><item id='1'><a xmlns='urn:example:a'>text</a></item></items>
      </pubsub>`)
    const item = await getItem(iq, 'node')
    assert.equal(item?.id, '1')
    assert.equal(item?.payload?.text(), 'text')
    assert.match(requests[0] ?? '', /<items node="node" max_items="1"\/>/)
  })
})
