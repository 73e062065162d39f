import {Args, Flags} from '@oclif/core'
import type {Settings} from '../account/settings.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {canAsk} from '../cli/terminal/prompt.ts'
import {traceWriter} from '../cli/trace.ts'
import {unwrap} from '../cli/unwrap.ts'
import {withProxy} from '../cli/with-session.ts'
import {EXIT, Failure} from '../errors.ts'
import {type Jid, parseJid} from '../jid.ts'
import {renderFindings} from '../output/check.ts'
import {assessAuth} from '../services/check/auth.ts'
import {assessDns} from '../services/check/dns.ts'
import {assessEndpoints} from '../services/check/endpoints.ts'
import {
  AREAS,
  type Area,
  type AssessedFinding,
  findingOf,
  firstFailure,
  newFinding,
  newResult,
  type ServerFindings,
} from '../services/check/finding.ts'
import {assessSession} from '../services/check/session.ts'
import {probeServer} from '../session/probe/probe-server.ts'

/** Milliseconds for each endpoint, unless --timeout is short. */
const PROBE_TIMEOUT_MS = 10_000

export default class Check extends XmppCommand {
  static override summary = 'Find faults of a server and of the way to it'
  static override description =
    unwrap`Checks DNS, every endpoint with its TLS and certificate, and the mechanisms of the sign-in. For an account with a
stored password, it also signs in and checks the archive, carbons, file upload, clock and round trip. Nothing is changed.

Each finding is ok, info, warn or fail. The exit code is 0 unless a finding is a failure; then it is that of the first
one, in the order dns, tcp, tls, auth, session.`
  static override args = {
    jid: Args.string({
      description: 'account or domain to check; default: this account',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    only: Flags.string({
      summary: `check only these areas, separated by commas: ${AREAS.join(', ')}`,
      helpValue: 'AREAS',
    }),
    'min-days': Flags.integer({
      summary: 'warn if a certificate expires in fewer days; default: 14',
      default: 14,
      min: 0,
      helpValue: 'N',
    }),
    'warn-fails': Flags.boolean({summary: 'treat a warning as a failure'}),
  }
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
    const {domain} = settings.jid
    const findings = await this.findingsOfServer(settings, flags, flags['min-days'])
    const isReachable = findings.some(({area}) => area === 'auth')
    if (areas.includes('session') && isReachable && (target === undefined || target.local))
      findings.push(...(await this.findingsOfSession(settings, flags)))
    const wanted = findings.filter(({area}) => areas.includes(area))
    const result = newResult(
      target?.bare ?? (settings.anonymous ? domain : settings.jid.bare),
      wanted,
    )
    await this.text(renderFindings(result.findings, this.terminal()))
    const failure = firstFailure(wanted, flags['warn-fails'])
    if (failure) this.failWith(failure)
    return result
  }

  /** A domain needs no account: an anonymous one stands for it, and is not used. */
  private settingsOf(target: Jid | undefined, flags: SharedFlags): Promise<Settings> {
    if (!target) return this.settings(flags)
    return this.settings({...flags, jid: target.full, ...(!target.local && {anonymous: true})})
  }

  private async findingsOfServer(
    settings: Settings,
    flags: SharedFlags,
    minDays: number,
  ): Promise<AssessedFinding[]> {
    const {dns, endpoints} = await probeServer(await withProxy(settings), {
      signal: this.timeLimit(flags),
      timeout: probeTimeout(settings.timeout),
      trace: traceWriter(flags),
    })
    return [
      ...assessDns(settings.jid.domain, dns),
      ...assessEndpoints(endpoints, {minDays, now: new Date()}),
      ...assessAuth(endpoints),
    ]
  }

  private async findingsOfSession(
    settings: Settings,
    flags: SharedFlags,
  ): Promise<AssessedFinding[]> {
    const {bare, domain} = settings.jid
    const {token} = await settings.memory.load()
    if (settings.secret.kind === 'prompt' && !token && !canAsk())
      return [newFinding('session', 'info', ['no-password', `No password is stored for ${bare}`])]
    try {
      return await this.sessionWith(settings, flags, async ({bound, iq}) => {
        await bound
        return assessSession({iq, bare, domain})
      })
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error
      const area = error.stage === 'auth' || error.stage === 'bind' ? 'auth' : 'session'
      return [findingOf(area, error, {subject: bare})]
    }
  }
}

/** Leaves half of the time to the session. @param timeout of the whole run, which began with the process */
function probeTimeout(timeout = Number.POSITIVE_INFINITY): number {
  const remaining = Math.max(1, timeout - performance.now())
  return Math.min(PROBE_TIMEOUT_MS, remaining / 2)
}

function readAreas(only: string | undefined): readonly Area[] {
  if (only === undefined) return AREAS
  return only.split(',').map((name) => {
    const area = AREAS.find((area) => area === name.trim())
    if (area) return area
    throw new Failure('usage', `--only has no area "${name}"`, EXIT.usage, {
      hint: `The areas are ${AREAS.join(', ')}`,
    })
  })
}
