import {Args} from '@oclif/core'
import {renameStored} from '../../account/accounts.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {renderRenamed} from '../../output/account.ts'

export default class AccountsRename extends XmppCommand {
  static override summary = 'Rename an account in the config file'
  static override args = {
    from: Args.string({required: true, description: 'its name', ignoreStdin: true}),
    to: Args.string({required: true, description: 'its new name', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> juliet@example.com work']

  protected override needsPassword = () => false

  async run(): Promise<{account: string}> {
    const {args, flags} = await this.parse(AccountsRename)
    await renameStored(args.from, args.to, await this.loadConfig(flags))
    await this.text(renderRenamed(args.from, args.to))
    return {account: args.to}
  }
}
