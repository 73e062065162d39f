import {listAccounts, type StoredAccount} from '../../account/accounts.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {renderAccounts} from '../../output/account.ts'

export default class AccountsList extends XmppCommand {
  static override summary = 'List the accounts in the config file'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .accounts[].jid',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{accounts: StoredAccount[]}> {
    const {flags} = await this.parse(AccountsList)
    const accounts = listAccounts(await this.loadConfig(flags))
    await this.text(await renderAccounts(accounts, this.terminal()))
    return {accounts}
  }
}
