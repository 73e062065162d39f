import assert from 'node:assert/strict'
import {
  parseStorage,
  putInStorage,
  removeFromStorage,
} from '../../../src/protocol/bookmark/bookmark-storage.ts'
import {el} from '../../support/xml.ts'

const THE_PLAY = 'theplay@conference.shakespeare.lit'

/** XEP-0048, examples 2 and 3, and elements that it does not define. */
const storage = () => el`
  <storage xmlns='storage:bookmarks'>
    <conference name='Council of Oberon' autojoin='true' jid='council@conference.underhill.org'>
      <nick>Puck</nick><minimized xmlns='urn:example:client'/>
    </conference>
    <url name='Complete Works of Shakespeare' url='http://the-tech.mit.edu/Shakespeare/'/>
    <group xmlns='urn:example:client'/>
    <conference name='without an address'/>
  </storage>`

describe('XEP-0048: bookmark storage', () => {
  it('reads the rooms', () => {
    assert.deepEqual(
      parseStorage(storage()).map(({bookmark}) => bookmark),
      [
        {
          ...{room: 'council@conference.underhill.org', name: 'Council of Oberon', nick: 'Puck'},
          ...{autojoin: true, password: null},
        },
      ],
    )
  })

  it('changes one room, and keeps everything else', () => {
    const before = storage()
    const [stored] = parseStorage(before)
    const change = {name: null, autojoin: false, password: 'rose'}
    const after = putInStorage(before, {room: 'ignored', change, stored})
    const expected = String(storage())
      .replace(' name="Council of Oberon" autojoin="true"', '')
      .replace('</nick>', '</nick><password>rose</password>')
    assert.equal(String(after), expected)
  })

  it('adds and removes one room', () => {
    const before = String(storage())
    const change = {name: 'The Play', nick: 'JC'}
    const added = putInStorage(storage(), {room: THE_PLAY, change, stored: undefined})
    const [, stored] = parseStorage(added)
    assert.deepEqual(
      [stored?.bookmark.room, stored?.bookmark.name, stored?.bookmark.nick],
      [THE_PLAY, 'The Play', 'JC'],
    )
    assert.ok(stored)
    assert.equal(String(removeFromStorage(added, stored)), before)
  })
})
