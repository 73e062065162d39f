import {Args} from '@oclif/core'
import type {Settings} from '../account/settings.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {promptForNewJid, resolveJidArgument} from '../cli/terminal/account-prompts.ts'
import {canAsk} from '../cli/terminal/prompt.ts'
import {unwrap} from '../cli/unwrap.ts'
import {type RegisterResult, renderRegister} from '../output/register.ts'
import {readAnswers} from '../services/form/flags.ts'
import {checkPasswordOutput, readInvitation, registerFlags} from '../services/register/flags.ts'
import {registerAccount} from '../services/register/register-account.ts'

export default class Register extends XmppCommand {
  static override summary = 'Create an account on a server that allows registration'
  static override description =
    unwrap`The password comes from the usual sources (xmpp help flags), or is generated. Other fields of the server's
form are given with --field, or asked for on a terminal.`
  static override args = {
    jid: Args.string({
      description: 'JID to create, or an invitation (xmpp: URI)',
      ignoreStdin: true,
    }),
  }
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
    const jid = resolveJidArgument(args.jid, flags.jid) ?? invitation?.jid ?? undefined
    const settings = await this.#newAccount(jid, flags)
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
    if (saved?.left) this.warning(saved.left.message, flags)
    await this.text(renderRegister(result, saved), {evenIfQuiet: result.password !== null})
    if (result.error) this.failWith(result.error)
    return result
  }

  /** Ignores the default account, which exists already. */
  async #newAccount(given: string | undefined, flags: SharedFlags): Promise<Settings> {
    const jid = await promptForNewJid(given, this.givenTimeLimit(flags))
    return this.settings({...flags, account: undefined, jid})
  }
}
