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

describe('joined rooms', () => {
  let rooms: JoinedRooms
  beforeEach(() => {
    rooms = new JoinedRooms([ROOM, 'coven@chat.shakespeare.lit'])
    rooms.entered(ROOM, PISTOL)
  })

  it('recognise the own occupant by the address that the room assigned', () => {
    assert.equal(rooms.isOwnOccupant(PISTOL), true)
    assert.equal(rooms.isOwnOccupant(`${ROOM}/fluellen`), false)
    assert.equal(rooms.isRoom(ROOM), true)
    assert.equal(rooms.isRoom('romeo@montague.lit'), false)
  })

  it('follow a change of the own nickname (§7.6)', () => {
    const item = '<item affiliation="member" role="participant" nick="ancient"/>'
    assert.equal(
      rooms.handlePresence(gone(`${item}<status code="303"/><status code="110"/>`)),
      undefined,
    )
    assert.deepEqual(
      [rooms.isOwnOccupant(PISTOL), rooms.isOwnOccupant(`${ROOM}/ancient`)],
      [false, true],
    )
    rooms.handlePresence(
      presence(`${ROOM}/auncient`, '', '<status code="110"/><status code="210"/>'),
    )
    assert.equal(rooms.isOwnOccupant(`${ROOM}/auncient`), true)
  })

  it('report why the session left: kicked (§8.2), banned (§9.1), room destroyed (§10.9), and others', () => {
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
      const rooms = new JoinedRooms([ROOM])
      rooms.entered(ROOM, PISTOL)
      const end = rooms.handlePresence(gone(children))
      assert.deepEqual([end?.code, end?.exitCode], [code, exitCode])
      assert.equal(end?.text, 'Avaunt, you cullion!')
      assert.deepEqual([rooms.isJoined(ROOM), rooms.anyJoined], [false, false])
    }
  })

  it('ignore the removal of other occupants, and keep the remaining rooms', () => {
    assert.equal(rooms.handlePresence(gone('<status code="307"/>', `${ROOM}/fluellen`)), undefined)
    assert.equal(
      rooms.handlePresence(gone('<status code="307"/>', 'mallory@example.net/x')),
      undefined,
    )
    assert.ok(rooms.handlePresence(gone('<status code="307"/>')))
    assert.equal(rooms.anyJoined, true)
  })
})
