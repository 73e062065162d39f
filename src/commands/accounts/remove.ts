import {Args} from '@oclif/core'
import {loadConfig} from '../../account/config.ts'
import {removeAccount} from '../../account/stored.ts'
import {prose} from '../../cli/prose.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'
import {cleanLine} from '../../output/clean.ts'

export default class AccountsRemove extends XmppCommand {
  static override summary = 'Take an account out of the config file'
  static override description =
    prose`Its stored password and what is remembered of it go as well. The account on
the server stays; xmpp unregister removes that one. To have the server take
back the token, run xmpp logout first.`
  static override args = {
    name: Args.string({required: true, description: 'name of the account', ignoreStdin: true}),
  }
  static override examples = ['<%= config.bin %> <%= command.id %> work']

  async run(): Promise<{account: string}> {
    const {args, flags} = await this.parse(AccountsRemove)
    await removeAccount(args.name, await loadConfig(flags.config, process.env), process.env)
    await this.text(`Removed the account ${cleanLine(args.name)} from the config file`)
    return {account: args.name}
  }
}
