import {checkAccounts, type Problem} from '../../account/check.ts'
import {unknownAccount} from '../../account/select-account.ts'
import type {Settings} from '../../account/settings.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {renderCheck} from '../../output/account.ts'
import {parseServer} from '../../session/connect/endpoint.ts'
import {parseProxy} from '../../session/connect/proxy-address.ts'
import {DISCOVERED} from '../../session/connect/resolve.ts'
import {splitServers} from '../../session/connect/server-order.ts'
import {checkTrust} from '../../session/tls/tls.ts'

export interface ConfigCheckResult {
  config: string | null
  accounts: number
  problems: Problem[]
  error?: Failure
}

export default class ConfigCheck extends XmppCommand {
  static override summary = 'Check the config file and the files that it names'
  static override description =
    unwrap`Does not connect and runs no password command. The exit code is 78 if a problem is found.`
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected override needsPassword = () => false

  async run(): Promise<ConfigCheckResult> {
    const {flags} = await this.parse(ConfigCheck)
    const config = await this.loadConfig(flags)
    const {account} = flags
    if (account !== undefined && !config.accounts.has(account))
      throw unknownAccount({account, origin: '--account'}, config)
    const names = account === undefined ? [...config.accounts.keys()] : [account]
    const problems = await checkAccounts(config, {
      checks: CHECKS,
      env: process.env,
      names,
      signal: this.timeLimit(flags),
    })
    const result = {config: config.file ?? null, accounts: names.length, problems}
    await this.text(renderCheck(result))
    if (problems.length === 0) return result
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
    const error = new Failure('bad-config', `${config.file} has ${count}`, EXIT.config)
    this.failWith(error)
    return {...result, error}
  }
}

/** The checks that a session makes before it connects. */
const CHECKS: ((settings: Settings) => unknown)[] = [
  ({server}) => splitServers(server).map((uri) => DISCOVERED.test(uri) || parseServer(uri)),
  ({proxy}) => proxy && parseProxy(proxy),
  ({trust}) => checkTrust(trust),
]
