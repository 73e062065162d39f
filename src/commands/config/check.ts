import {checkAccounts, type Problem} from '../../account/check.ts'
import {loadConfig} from '../../account/config.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {EXIT} from '../../errors.ts'
import {renderCheck} from '../../output/account.ts'

export interface ConfigCheckResult {
  config: string | null
  accounts: number
  problems: Problem[]
}

export default class ConfigCheck extends XmppCommand {
  static override summary = 'Check the config file and the files it names'
  static override description =
    prose`Nothing is connected to, and no password command is run. Ends with 78 if
something is wrong.`
  static override examples = ['<%= config.bin %> <%= command.id %>']

  protected override needsPassword = () => false

  async run(): Promise<ConfigCheckResult> {
    const {flags} = await this.parse(ConfigCheck)
    const config = await loadConfig(flags.config, process.env)
    const problems = await checkAccounts(config, process.env)
    const result = {config: config.file ?? null, accounts: config.accounts.size, problems}
    if (problems.length > 0) process.exitCode = EXIT.config
    await this.text(renderCheck(result))
    return result
  }
}
