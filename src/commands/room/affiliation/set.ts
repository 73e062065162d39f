import {Args} from '@oclif/core'
import {XmppCommand} from '../../../cli/base-command.ts'
import {unwrap} from '../../../cli/unwrap.ts'
import {bareJid} from '../../../jid.ts'
import {sanitizeLine} from '../../../output/sanitize.ts'
import {AFFILIATIONS, type Affiliation, setAffiliation} from '../../../protocol/muc/admin.ts'
import {getRoomInfo} from '../../../protocol/muc/room.ts'
import {reasonFlag, roomArg, roomJid} from '../../../services/room/flags.ts'
import {changeEach, type JidOutcome} from '../../../services/room/outcomes.ts'

const CHOICES = [...AFFILIATIONS, 'none'] as const

interface AffiliationSet {
  room: string
  affiliation: Affiliation | 'none'
  items: JidOutcome<'set'>[]
}

export default class RoomAffiliationSet extends XmppCommand {
  static override strict = false
  static override summary = 'Set the affiliation of users with a room'
  static override description =
    unwrap`An affiliation is stored by the room, whether the user is in it or not. outcast bans the user, none removes the
affiliation. Owners may set all affiliations, admins only member, outcast and none.`
  static override args = {
    room: roomArg,
    affiliation: Args.option({options: CHOICES})({
      required: true,
      description: CHOICES.join(', '),
      ignoreStdin: true,
    }),
    jid: Args.string({required: true, description: 'user; repeatable', ignoreStdin: true}),
  }
  static override flags = {
    reason: reasonFlag({summary: 'text that the room shows or stores'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> tea@chat.example.com member romeo@example.com',
    '<%= config.bin %> <%= command.id %> tea@chat.example.com outcast tybalt@example.com',
  ]

  async run(): Promise<AffiliationSet> {
    const {args, argv, flags} = await this.parse(RoomAffiliationSet)
    const {affiliation} = args
    const room = roomJid(args.room)
    const jids = [...new Set((argv as string[]).slice(2).map(bareJid))]
    const items = await this.session(flags, async ({iq}) => {
      await getRoomInfo(iq, room)
      return changeEach(jids, 'set', (jid) =>
        setAffiliation(iq, room, {affiliation, jid, reason: flags.reason}),
      )
    })
    const text = ({jid}: JidOutcome<string>): string =>
      `${sanitizeLine(jid)} has the affiliation ${affiliation}`
    await this.printResults(items, ({jid}) => jid, text)
    return {room, affiliation, items}
  }
}
