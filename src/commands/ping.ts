import {setTimeout as sleep} from 'node:timers/promises'
import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {parseDuration} from '../duration.ts'
import {EXIT, Failure} from '../errors.ts'
import {parseJid} from '../jid.ts'
import {type PingResult, renderReply, renderSummary, summarise} from '../output/ping.ts'
import {ping} from '../protocol/core/ping.ts'

export default class Ping extends XmppCommand {
  static override summary = 'Measure the round trip to a server or a client'
  static override description =
    unwrap`Use a full JID to ping a client. A bare JID is answered by its server, even if the account does not exist.`
  static override args = {
    jid: Args.string({
      description: 'server or client to ping; default: the server of this account',
      ignoreStdin: true,
    }),
  }
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
    const interval = parseDuration(flags.interval)
    const to = target ?? (await this.settings(flags)).jid.domain
    const times: number[] = []
    try {
      await this.session(flags, async ({bound, iq, signal}) => {
        // One ping leaves with the sign-in, to save a round trip; of several, each is to count alike.
        if (flags.count > 1) await bound
        while (times.length < flags.count) {
          if (times.length > 0) await pause(interval, signal)
          const time = await ping(iq, to)
          times.push(time)
          await this.text(renderReply(to, time))
        }
      })
    } catch (error) {
      throw (error as Failure).code === 'timeout' && times.length > 0
        ? tooLate(times.length, flags.count, error)
        : error
    } finally {
      // Of a run that ends before its time, too.
      if (times.length > 1) await this.text(renderSummary(summarise(to, times)))
    }
    return summarise(to, times)
  }
}

/** Rejects with what ends the run. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, {signal}).catch(() => {
    throw signal.reason
  })
}

const tooLate = (replies: number, count: number, cause: unknown): Failure =>
  new Failure('timeout', `${replies} of ${count} replies came in time`, EXIT.deadline, {
    stage: 'request',
    cause,
  })
