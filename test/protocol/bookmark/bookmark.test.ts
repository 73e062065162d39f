import assert from 'node:assert/strict'
import {EXIT, Failure} from '../../../src/errors.ts'
import {
  editConference,
  getBookmarks,
  parseConference,
  removeBookmark,
  saveBookmark,
} from '../../../src/protocol/bookmark/bookmark.ts'
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

const conflict = new Failure('conflict', 'Other options', EXIT.unavailable, {
  ...{condition: 'conflict', stage: 'request'},
})

/** XEP-0402, example 4: the bookmark with an extension. */
const orchard = () => el`
  <conference xmlns='urn:xmpp:bookmarks:1' name='The Orcard' autojoin='1'>
    <nick>JC</nick>
    <extensions><state xmlns='http://myclient.example/bookmark/state' minimized='true'/></extensions>
  </conference>`

const ORCHARD = 'orchard@conference.shakespeare.lit'
const THE_PLAY = 'theplay@conference.shakespeare.lit'

describe('XEP-0402: bookmarks', () => {
  it('reads the items of the node, and leaves out items of another kind', async () => {
    const {iq, requests} = answering(el`
      <pubsub xmlns='http://jabber.org/protocol/pubsub'>
        <items node='urn:xmpp:bookmarks:1'>
          <item id='${THE_PLAY}'>
            <conference xmlns='urn:xmpp:bookmarks:1' name='The Play&apos;s the Thing' autojoin='true'>
              <nick>JC</nick></conference></item>
          <item id='council@conference.underhill.org'><conference xmlns='urn:xmpp:bookmarks:1'/></item>
          <item id='old@conference.shakespeare.lit'><conference xmlns='storage:bookmarks'/></item>
          <item id='empty@conference.shakespeare.lit'/>
        </items>
      </pubsub>`)
    const bookmarks = (await getBookmarks(iq)).map(({bookmark}) => bookmark)
    assert.deepEqual(requests, [
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:bookmarks:1"/></pubsub>',
    ])
    assert.deepEqual(bookmarks, [
      {
        ...{room: THE_PLAY, name: "The Play's the Thing", nick: 'JC'},
        ...{autojoin: true, password: null},
      },
      {
        ...{room: 'council@conference.underhill.org', name: null, nick: null},
        ...{autojoin: false, password: null},
      },
    ])
  })

  it('keeps all that other clients have stored in a bookmark', () => {
    const edited = editConference(orchard(), {name: 'The Orchard', nick: null, password: 'rose'})
    assert.equal(
      String(edited),
      String(el`
        <conference xmlns='urn:xmpp:bookmarks:1' name='The Orchard' autojoin='1'>
          <password>rose</password>
          <extensions><state xmlns='http://myclient.example/bookmark/state' minimized='true'/></extensions>
        </conference>`),
    )
    const {autojoin, password} = parseConference(editConference(edited, {autojoin: false}), '')
    assert.deepEqual([autojoin, password], [false, 'rose'])
  })

  it('publishes only where no other account can read it', async () => {
    const {iq, requests} = answering(undefined)
    const change = {name: 'The Orchard'}
    const stored = {bookmark: parseConference(orchard(), ORCHARD), element: orchard()}
    await saveBookmark(iq, {room: ORCHARD, change, stored, makePrivate: false})
    const [request = ''] = requests
    assert.equal(
      request,
      String(el`
        <pubsub xmlns='http://jabber.org/protocol/pubsub'>
          <publish node='urn:xmpp:bookmarks:1'>
            <item id='${ORCHARD}'>${editConference(orchard(), change)}</item>
          </publish>
          <publish-options>
            <x xmlns='jabber:x:data' type='submit'>
              <field var='FORM_TYPE' type='hidden'>
                <value>http://jabber.org/protocol/pubsub#publish-options</value></field>
              <field var='pubsub#persist_items'><value>true</value></field>
              <field var='pubsub#max_items'><value>max</value></field>
              <field var='pubsub#send_last_published_item'><value>never</value></field>
              <field var='pubsub#access_model'><value>whitelist</value></field>
            </x>
          </publish-options>
        </pubsub>`),
    )
  })

  const nodeForm = (access: string) => el`
    <pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>
      <configure node='urn:xmpp:bookmarks:1'>
        <x xmlns='jabber:x:data' type='form'>
          <field var='FORM_TYPE' type='hidden'>
            <value>http://jabber.org/protocol/pubsub#node_config</value></field>
          <field var='pubsub#access_model' type='list-single'><value>${access}</value></field>
          <field var='pubsub#max_items' type='text-single'><value>1</value></field>
        </x>
      </configure>
    </pubsub>`

  it('a private node with a lower limit gets the right options, so that no bookmark is lost', async () => {
    const {iq, requests} = answering(conflict, nodeForm('whitelist'), undefined, undefined)
    await saveBookmark(iq, {room: THE_PLAY, change: {}, stored: undefined, makePrivate: false})
    assert.equal(requests.length, 4)
    assert.match(requests[2] ?? '', /pubsub#max_items"><value>max</)
    assert.doesNotMatch(requests[2] ?? '', /send_last_published_item/)
    assert.match(requests[3] ?? '', /<publish node=.*pubsub#access_model"><value>whitelist</)
  })

  it('a node that others can read is refused, or made private', async () => {
    const update = {room: THE_PLAY, change: {}, stored: undefined}
    const refused = answering(conflict, nodeForm('open'))
    const saved = saveBookmark(refused.iq, {...update, makePrivate: false})
    await assert.rejects(saved, {code: 'public-node', exitCode: EXIT.config})
    assert.equal(refused.requests.length, 2)
    const {iq, requests} = answering(conflict, nodeForm('open'), undefined, undefined)
    await saveBookmark(iq, {...update, makePrivate: true})
    assert.match(requests[2] ?? '', /pubsub#access_model"><value>whitelist</)
  })

  it('removes one item, and notifies the other clients', async () => {
    const {iq, requests} = answering(undefined)
    await removeBookmark(iq, THE_PLAY)
    assert.equal(
      requests[0],
      String(el`
        <pubsub xmlns='http://jabber.org/protocol/pubsub'>
          <retract node='urn:xmpp:bookmarks:1' notify='true'><item id='${THE_PLAY}'/></retract>
        </pubsub>`),
    )
  })
})
