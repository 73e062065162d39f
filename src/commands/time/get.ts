import {addressArg, QueryCommand} from '../../cli/query-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderTime} from '../../output/info.ts'
import {type ComparedTime, getTime} from '../../protocol/core/time.ts'

export default class TimeGet extends QueryCommand {
  static override summary = 'Show the time of a server or a client'
  static override description =
    unwrap`Shows the time in the time zone of the address (XEP-0202), and its difference from the clock of this computer.`
  static override args = {jid: addressArg('server or client')}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string} & ComparedTime> {
    const {args, flags} = await this.parse(TimeGet)
    const {answer, jid} = await this.query(args.jid, flags, getTime)
    await this.text(renderTime(answer, this.terminal()))
    return {jid, ...answer}
  }
}
