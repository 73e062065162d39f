import {Args, Flags} from '@oclif/core'
import {checkName} from '../account/accounts.ts'
import {assertSameJid, saveAccount} from '../account/save-account.ts'
import {STORES, type Store} from '../account/secrets/save-password.ts'
import {type Settings, withPassword} from '../account/settings.ts'
import {readOnly, withoutToken} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {
  choosePassword,
  promptForJid,
  promptForUsername,
  resolveJidArgument,
} from '../cli/terminal/account-prompts.ts'
import {canAsk} from '../cli/terminal/prompt.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {bareJid, type Jid, parseJid} from '../jid.ts'
import {nodeprep} from '../nodeprep.ts'
import {type RegisterResult, renderRegister} from '../output/register.ts'
import {type Answers, checkAnswer, missingFields} from '../protocol/core/data-form.ts'
import {
  checkInvitation,
  type Invitation,
  parseInvitation,
  redeemInvitation,
} from '../protocol/registration/invitation.ts'
import {
  getRegistration,
  type RegistrationForm,
  register,
} from '../protocol/registration/register.ts'
import {fieldFlags, readAnswers} from '../services/form/flags.ts'
import {type FormPrompt, promptForm} from '../services/form/prompt-form.ts'
import {registrationAnswers} from '../services/register/answers.ts'

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
  static override flags = {
    ...fieldFlags,
    token: Flags.string({
      summary: 'invitation token, or the xmpp: URI that contains it',
      helpValue: 'TOKEN',
    }),
    'generate-password': Flags.boolean({
      summary: 'generate a password; it is printed once, unless --login stores it',
    }),
    login: Flags.boolean({summary: 'store the account, as xmpp login does'}),
    store: Flags.option({
      options: STORES,
      summary: 'where --login stores the password; default: the keyring, else a file',
      dependsOn: ['login'],
    })(),
    default: Flags.boolean({
      summary: 'with --login: use this account when no account is named',
      dependsOn: ['login'],
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> romeo@example.com',
    '<%= config.bin %> <%= command.id %> bot@example.com --generate-password --login',
    '<%= config.bin %> <%= command.id %> romeo@example.com --field email=romeo@example.net',
    '<%= config.bin %> <%= command.id %> "xmpp:romeo@example.com?register;preauth=1a2b3c"',
  ]

  // A person who fills in a form takes their time.
  protected override holdsOpen = canAsk
  protected override allowMissingConfig = ({login}: {login?: boolean}) => login === true

  async run(): Promise<RegisterResult> {
    const {args, flags} = await this.parse(Register)
    const isMadeUp = flags['generate-password']
    if (isMadeUp && flags.quiet && (!flags.login || flags.store === 'none'))
      throw new Failure('usage', 'Nobody would see the new password', EXIT.usage, {
        hint: 'Leave out --quiet, or store the account with --login',
      })
    const invitation = readInvitation(args.jid, flags.token)
    const given = await readAnswers(flags, this.timeLimit(flags))
    const settings = await this.newAccount(
      resolveJidArgument(args.jid, flags.jid) ?? invitation?.jid ?? undefined,
      flags,
    )
    const {jid, secret} = settings
    if (invitation) checkInvitation(invitation, jid.domain)
    if (flags.login) {
      const name = flags.account ?? jid.bare
      checkName(name)
      assertSameJid(name, jid.bare, settings.config)
    }
    const isTyped = !isMadeUp && secret.level === undefined
    const signal = this.givenTimeLimit(flags)
    const choose = (): Promise<string> => choosePassword(settings, isMadeUp, signal)
    // What only a person knows is asked once it is clear that the server wants it.
    let password = isTyped && canAsk() ? undefined : await choose()
    let failure: Failure | undefined
    try {
      await this.streamWith(settings, flags, async (iq) => {
        if (invitation) await redeemInvitation(iq, invitation.token, jid.domain)
        const form = await getRegistration(iq)
        password ??= await choose()
        const known = {username: [jid.local ?? ''], password: [password]}
        const answers = registrationAnswers(form.fields, given, known)
        await register(iq, form, {...answers, ...(await promptForm(toFill(form, answers), signal))})
      })
    } catch (error) {
      failure = toFailure(error)
      // The account may exist: a password that nobody else knows must not be lost with the connection.
      if (!isMadeUp || failure.exitCode !== EXIT.unknownOutcome) throw failure
    }
    const own = isMadeUp || isTyped ? withPassword(settings, password ?? '') : settings
    const made = failure ? {jid} : await this.nameMade(own, flags)
    failure ??= made.failure
    const name = flags.account ?? made.jid.bare
    const kept =
      flags.login && !failure
        ? await this.keep({...own, jid: made.jid}, {...flags, name})
        : undefined
    failure ??= kept?.failure
    const shown = isMadeUp && (!kept?.place || kept.place.store === 'none')
    const result = {
      jid: made.jid.bare,
      ...(made.jid.bare !== jid.bare && {requested: jid.bare}),
      password: shown ? (password ?? null) : null,
      account: kept?.place ? name : null,
      ...(failure && {error: failure}),
    }
    await this.text(renderRegister(result, kept?.place), {evenIfQuiet: shown})
    if (failure) this.failWith(failure)
    return result
  }

  /** Never the default account, which exists already. */
  private async newAccount(given: string | undefined, flags: SharedFlags): Promise<Settings> {
    const signal = this.givenTimeLimit(flags)
    const jid =
      given ??
      (process.env.XMPP_JID ||
        (await promptForUsername('JID to create:', this.givenTimeLimit(flags))))
    return this.settings({...flags, account: undefined, jid: await promptForJid(jid, signal)})
  }

  /** Many servers prepare names in another way than RFC 7622 has it: then a sign-in shows which name the account has. */
  private async nameMade(
    settings: Settings,
    flags: SharedFlags,
  ): Promise<{jid: Jid; failure?: Failure}> {
    const {domain, local = ''} = settings.jid
    const prepared = nodeprep(local)
    if (prepared === local) return settings
    const memory = readOnly(withoutToken(settings.memory))
    const jidOf = async (name: string): Promise<{jid: Jid}> => {
      const account = {...settings, memory, jid: parseJid(`${name}@${domain}`)}
      const {jid} = await this.sessionWith(account, flags, ({bound}) => bound)
      return {jid: parseJid(bareJid(jid))}
    }
    try {
      return await jidOf(prepared).catch((error) => {
        if (toFailure(error).exitCode !== EXIT.noPermission) throw error
        return jidOf(local)
      })
    } catch (error) {
      const done = 'The account was created, but the server may have changed its name'
      return {jid: settings.jid, failure: toFailure(error).about(done)}
    }
  }

  /** The account exists, whatever happens here. */
  private async keep(settings: Settings, flags: KeepFlags) {
    const {default: makeDefault, name, store} = flags
    try {
      const fresh = flags['generate-password']
      const place = await saveAccount(settings, {name, makeDefault, store, fresh})
      if (place.left) this.warning(place.left.message, flags)
      return {place}
    } catch (error) {
      return {failure: toFailure(error)}
    }
  }
}

interface KeepFlags extends SharedFlags {
  name: string
  default: boolean
  'generate-password': boolean
  store: Store | undefined
}

function readInvitation(argument = '', token: string | undefined): Invitation | undefined {
  if (token === '')
    throw new Failure('usage', '--token is empty', EXIT.usage, {hint: 'Leave it out for none'})
  const text = token ?? (argument.includes('?') ? argument : undefined)
  return text === undefined ? undefined : parseInvitation(text)
}

function toFill(registration: RegistrationForm, answers: Answers): FormPrompt {
  const {bits, captchaUrl, fields, form, instructions, url} = registration
  const missing = missingFields(fields, answers).map((field) => ({
    ...field,
    check: (answer: string) => checkAnswer(field, answer),
  }))
  return {captchaUrl, instructions, missing, notes: form?.notes ?? [], pictures: bits, url}
}
