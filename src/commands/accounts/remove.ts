import {Args} from '@oclif/core'
import {removeAccount} from '../../account/accounts.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import type {Failure} from '../../errors.ts'
import {renderRemovedAccount} from '../../output/account.ts'

export default class AccountsRemove extends XmppCommand {
  static override summary = 'Remove an account from the config file'
  static override description =
    unwrap`Its stored password and its saved state are deleted too. The account on the server stays: xmpp unregister
deletes it. To revoke the token on the server, run xmpp logout first.`
  static override args = {
    name: Args.string({required: true, description: 'name of the account', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> work']

  protected override needsPassword = () => false

  async run(): Promise<{account: string; error?: Failure}> {
    const {args, flags} = await this.parse(AccountsRemove)
    const config = await this.loadConfig(flags)
    const done = `The rest of the account ${args.name} was deleted`
    const left = await removeAccount(args.name, config, process.env, done)
    if (left) this.failWith(left)
    else await this.text(renderRemovedAccount(args.name))
    return {account: args.name, ...(left && {error: left})}
  }
}
