import assert from 'node:assert/strict'
import {JoinedRooms} from '../../../src/protocol/muc/joined-rooms.ts'
import type {Element} from '../../../src/xml.ts'
import {el} from '../../support/xml.ts'

const ROOM = 'harfleur@chat.shakespeare.lit'
const PISTOL = `${ROOM}/pistol`

const presence = (from: string, type: string, children: string): Element =>
  el`<presence from="${from}" ${type}>
       <x xmlns="http://jabber.org/protocol/muc#user">${children}</x>
     </presence>`
const gone = (children: string, from = PISTOL): Element =>
  presence(from, 'type="unavailable"', children)

describe('stay', () => {
  let stays: JoinedRooms
  beforeEach(() => {
    stays = new JoinedRooms([ROOM, 'coven@chat.shakespeare.lit'])
    stays.entered(ROOM, PISTOL)
  })

  it('knows us by the address that the room gave us', () => {
    assert.equal(stays.isOurs(PISTOL), true)
    assert.equal(stays.isOurs(`${ROOM}/fluellen`), false)
    assert.equal(stays.isRoom(ROOM), true)
    assert.equal(stays.isRoom('romeo@montague.lit'), false)
  })

  it('follows a change of our nickname (§7.6)', () => {
    const item = '<item affiliation="member" role="participant" nick="ancient"/>'
    assert.equal(
      stays.handlePresence(gone(`${item}<status code="303"/><status code="110"/>`)),
      undefined,
    )
    assert.deepEqual([stays.isOurs(PISTOL), stays.isOurs(`${ROOM}/ancient`)], [false, true])
    stays.handlePresence(
      presence(`${ROOM}/auncient`, '', '<status code="110"/><status code="210"/>'),
    )
    assert.equal(stays.isOurs(`${ROOM}/auncient`), true)
  })

  it('says why we are out: kicked (§8.2), banned (§9.1), destroyed (§10.9), and more', () => {
    const reason =
      '<item affiliation="none" role="none"><reason>Avaunt, you cullion!</reason></item>'
    const cases: [children: string, code: string, exitCode: number][] = [
      [`${reason}<status code="307"/><status code="110"/>`, 'kicked', 77],
      [`${reason}<status code="301"/>`, 'banned', 77],
      [`${reason}<status code="307"/><status code="333"/>`, 'room-unreachable', 75],
      [`${reason}<status code="321"/>`, 'members-only', 77],
      [`${reason}<status code="322"/>`, 'members-only', 77],
      [`${reason}<status code="332"/>`, 'room-shutdown', 75],
      [reason, 'room-left', 75],
      [
        '<destroy jid="coven@chat.shakespeare.lit"><reason>Avaunt, you cullion!</reason></destroy>',
        'room-destroyed',
        67,
      ],
    ]
    for (const [children, code, exitCode] of cases) {
      const stays = new JoinedRooms([ROOM])
      stays.entered(ROOM, PISTOL)
      const end = stays.handlePresence(gone(children))
      assert.deepEqual([end?.code, end?.exitCode], [code, exitCode])
      assert.equal(end?.text, 'Avaunt, you cullion!')
      assert.deepEqual([stays.isJoined(ROOM), stays.anyJoined], [false, false])
    }
  })

  it('says nothing when others are put out, and goes on where we still are', () => {
    assert.equal(stays.handlePresence(gone('<status code="307"/>', `${ROOM}/fluellen`)), undefined)
    assert.equal(
      stays.handlePresence(gone('<status code="307"/>', 'mallory@example.net/x')),
      undefined,
    )
    assert.ok(stays.handlePresence(gone('<status code="307"/>')))
    assert.equal(stays.anyJoined, true)
  })
})
