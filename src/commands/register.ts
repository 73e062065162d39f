import {XmppCommand} from '../cli/base-command.ts'
import {canAsk} from '../cli/terminal/prompt.ts'
import {unwrap} from '../cli/unwrap.ts'
import {type RegisterResult, renderRegister} from '../output/register.ts'
import {readAnswers} from '../services/form/flags.ts'
import {
  checkPasswordOutput,
  readInvitation,
  registerArgs,
  registerFlags,
} from '../services/register/flags.ts'
import {chooseJid} from '../services/register/new-account.ts'
import {registerAccount} from '../services/register/register-account.ts'

export default class Register extends XmppCommand {
  static override summary = 'Create an account on a server that allows registration'
  static override description =
    unwrap`The password comes from the usual sources (xmpp help flags), or is generated. Other fields of the server's
form are given with --field, or asked for on a terminal.`
  static override args = registerArgs
  static override flags = registerFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> romeo@example.com',
    '<%= config.bin %> <%= command.id %> bot@example.com --generate-password --login',
    '<%= config.bin %> <%= command.id %> romeo@example.com --field email=romeo@example.net',
    '<%= config.bin %> <%= command.id %> "xmpp:romeo@example.com?register;preauth=1a2b3c"',
  ]

  // There is no time limit for filling in a form.
  protected override holdsOpen = canAsk
  protected override allowMissingConfig = ({login}: {login?: boolean}) => login === true

  async run(): Promise<RegisterResult> {
    const {args, flags} = await this.parse(Register)
    checkPasswordOutput(flags)
    const invitation = readInvitation(args.jid, flags.token)
    const given = await readAnswers(flags, this.timeLimit(flags))
    const named = {argument: args.jid, flag: flags.jid, invitation}
    const jid = await chooseJid(named, this.givenTimeLimit(flags))
    // The default account exists already.
    const settings = await this.settings({...flags, account: undefined, jid})
    const {account: name, default: makeDefault, store} = flags
    const {result, saved} = await registerAccount(
      {
        ...{given, invitation, settings},
        generatePassword: flags['generate-password'],
        login: flags.login ? {name, makeDefault, store} : undefined,
        signal: this.givenTimeLimit(flags),
      },
      {
        withStream: (use) => this.streamWith(settings, flags, use),
        signIn: async (account) => (await this.sessionWith(account, flags, ({bound}) => bound)).jid,
      },
    )
    if (saved?.left) this.warning(saved.left.message)
    await this.text(renderRegister(result, saved), {evenIfQuiet: result.password !== null})
    if (result.error) this.failWith(result.error)
    return result
  }
}
