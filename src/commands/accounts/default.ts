import {Args} from '@oclif/core'
import {chooseDefault, defaultOf} from '../../account/accounts.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {renderDefault} from '../../output/account.ts'

export default class AccountsDefault extends XmppCommand {
  static override summary = 'Show or set the account that is used when no account is named'
  static override args = {
    name: Args.string({description: 'name of the account', ignoreStdin: true}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> work',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{account: string | null}> {
    const {args, flags} = await this.parse(AccountsDefault)
    const config = await this.loadConfig(flags)
    if (args.name !== undefined) await chooseDefault(args.name, config)
    const account = args.name ?? defaultOf(config) ?? null
    await this.text(renderDefault(account))
    return {account}
  }
}
