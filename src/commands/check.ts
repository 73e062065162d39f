import type {Settings} from '../account/settings.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {traceWriter} from '../cli/trace.ts'
import {unwrap} from '../cli/unwrap.ts'
import {withProxy} from '../cli/with-session.ts'
import {type Jid, parseJid} from '../jid.ts'
import {renderChecking, renderFindings} from '../output/check.ts'
import {checkServer} from '../services/check/check-server.ts'
import {firstFailure, newResult, type ServerFindings} from '../services/check/finding.ts'
import {checkArgs, checkFlags, probeTimeout, readAreas} from '../services/check/flags.ts'
import {probeServer} from '../session/probe/probe-server.ts'

export default class Check extends XmppCommand {
  static override summary = 'Find faults of a server and of the way to it'
  static override description =
    unwrap`Checks DNS, every endpoint with its TLS and certificate, and the mechanisms of the sign-in. For an account with a
stored password, it also signs in and checks the archive, carbons, file upload, clock and round trip. Nothing is changed.

Each finding is ok, info, warn or fail. The exit code is 0 unless a finding is a failure; then it is that of the first
one, in the order dns, tcp, tls, auth, session.`
  static override args = checkArgs
  static override flags = checkFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> example.com --only dns,tls --warn-fails',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".findings[] | select(.level == \\"warn\\").message"',
  ]

  async run(): Promise<ServerFindings> {
    const {args, flags} = await this.parse(Check)
    const areas = readAreas(flags.only)
    const target = args.jid === undefined ? undefined : parseJid(args.jid)
    const settings = await this.settingsOf(target, flags)
    const {bare, domain} = settings.jid
    const findings = await checkServer({
      ...{areas, hasAccount: !target || target.local !== undefined, settings},
      minDays: flags['min-days'],
      open: (use) => this.sessionWith(settings, flags, use),
      probe: async (endpoints) => {
        const limits = {signal: this.timeLimit(flags), timeout: probeTimeout(settings.timeout)}
        const account = await withProxy(settings)
        const options = {...limits, endpoints, trace: traceWriter(flags)}
        return this.spinner.during(renderChecking(domain), () => probeServer(account, options))
      },
    })
    const result = newResult(target?.bare ?? (settings.anonymous ? domain : bare), findings)
    await this.text(renderFindings(result.findings, this.terminal()))
    const failure = firstFailure(findings, flags['warn-fails'])
    if (failure) this.failWith(failure)
    return result
  }

  /** A domain needs no account: an anonymous one stands for it, and is not used. */
  private settingsOf(target: Jid | undefined, flags: SharedFlags): Promise<Settings> {
    if (!target) return this.settings(flags)
    return this.settings({...flags, jid: target.full, ...(!target.local && {anonymous: true})})
  }
}
