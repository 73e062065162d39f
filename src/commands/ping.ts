import {Flags} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {parseFlag} from '../cli/parse-flag.ts'
import {addressArg} from '../cli/query-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {parseDuration} from '../duration.ts'
import type {Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type PingResult, renderReply, renderSummary, summarise} from '../output/ping.ts'
import {incomplete, pingRepeatedly} from '../services/ping/series.ts'

export default class Ping extends XmppCommand {
  static override summary = 'Measure the round trip to a server or a client'
  static override description =
    unwrap`Use a full JID to ping a client. A bare JID is answered by its server, even if the account does not exist.`
  static override args = {jid: addressArg('server or client to ping')}
  static override flags = {
    count: Flags.integer({
      summary: 'number of pings; default: 1',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    interval: Flags.string({
      summary: 'pause between two pings; default: 1s',
      default: '1s',
      helpValue: 'DURATION',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com --count 5 --json',
  ]

  async run(): Promise<PingResult> {
    const {args, flags} = await this.parse(Ping)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const interval = parseFlag('--interval', flags.interval, parseDuration)
    const settings = await this.settings(flags)
    const to = target ?? settings.jid.domain
    const times: number[] = []
    try {
      await this.sessionWith(settings, flags, (session) =>
        pingRepeatedly(session, {to, interval, count: flags.count}, async (time) => {
          times.push(time)
          await this.text(renderReply(to, time))
        }),
      )
    } catch (error) {
      throw incomplete(error as Failure, times.length, flags.count)
    } finally {
      // Also printed when the run ends early.
      if (times.length > 1) await this.text(renderSummary(summarise(to, times)))
    }
    return summarise(to, times)
  }
}
