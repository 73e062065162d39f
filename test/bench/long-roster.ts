/** The time for a long roster: from the second run on, the server sends only changes (RFC 6121 §2.6). */
import {writeRoster} from '../support/prosody-roster.ts'
import {onProsody, warmUp, xmppOn} from './environment.ts'
import {record, type Testbed} from './testbed.ts'
import {inTurns, wall} from './timing.ts'

const USERS = ['few', 'many'] as const

export function longRoster(testbed: Testbed): Promise<void> {
  const what = 'roster list, 5,000 contacts'
  return record(testbed, what, () =>
    onProsody(
      async (server) => {
        writeRoster(server, 'few', 10)
        writeRoster(server, 'many', 5000)
        const [few, many] = USERS.map((user) => xmppOn(server, {user}).warm('roster', 'list'))
        if (!few || !many) return []
        await warmUp(few)
        await warmUp(many)
        const walls = await inTurns(testbed, 11, {few: () => wall(few), many: () => wall(many)})
        const against = {what: '10 contacts', value: walls.few}
        return [{what, value: walls.many, unit: 'ms', against, promise: {atMost: 2}}]
      },
      {users: [...USERS]},
    ),
  )
}
