import {Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {toJson, toXep0227} from '../../protocol/roster/import-export.ts'
import {getRoster, type Roster} from '../../protocol/roster/roster.ts'

export default class RosterExport extends XmppCommand {
  static override summary = 'Export the contacts, for roster import or another program'
  static override description =
    unwrap`The format is JSON, or the XML that servers import (XEP-0227). --json prints
the same JSON on one line.`
  static override flags = {
    format: Flags.option({options: ['json', 'xml'] as const, default: 'json'})({
      summary: 'format of the output',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> > roster.json',
    '<%= config.bin %> <%= command.id %> --format xml > roster.xml',
  ]

  async run(): Promise<Roster> {
    const {flags} = await this.parse(RosterExport)
    const {roster, self} = await this.session(flags, async ({bound, iq}) => {
      const roster = await getRoster(iq)
      return {roster, self: (await bound).jid}
    })
    const text = flags.format === 'xml' ? toXep0227(roster, self) : toJson(roster)
    await this.document(text.trimEnd())
    return roster
  }
}
