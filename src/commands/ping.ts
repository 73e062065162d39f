import {setTimeout as sleep} from 'node:timers/promises'
import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../cli/xmpp-command.ts'
import {parseDuration} from '../duration.ts'
import {parseJid} from '../jid.ts'
import {type PingResult, renderPing, summarise} from '../output/ping.ts'
import {ping} from '../protocol/ping.ts'

export default class Ping extends XmppCommand {
  static override summary = 'Measure the round trip to a server or a client'
  static override args = {
    jid: Args.string({description: 'whom to ping; default: the own server', ignoreStdin: true}),
  }
  static override flags = {
    count: Flags.integer({
      summary: 'how many pings; default: 1',
      default: 1,
      min: 1,
      helpValue: 'N',
    }),
    interval: Flags.string({
      summary: 'pause between two of them; default: 1s',
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
    const interval = parseDuration(flags.interval)
    const to = target ?? (await this.settings(flags)).jid.domain
    const times = await this.session(flags, async ({bound, iq, signal}) => {
      // One ping leaves with the sign-in, to save a round trip; of several, each is to count alike.
      if (flags.count > 1) await bound
      const times: number[] = []
      while (times.length < flags.count) {
        if (times.length > 0) await sleep(interval, undefined, {signal})
        times.push(await ping(iq, to))
      }
      return times
    })
    const result = summarise(to, times)
    await this.text(renderPing(result))
    return result
  }
}
