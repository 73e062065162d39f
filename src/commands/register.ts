import {Args, Flags} from '@oclif/core'
import {STORES, type Store} from '../account/secret-store.ts'
import {type Settings, withPassword} from '../account/settings.ts'
import {keepAccount} from '../account/stored.ts'
import {fillForm} from '../cli/fill-form.ts'
import {choosePassword, wholeJid} from '../cli/new-account.ts'
import {canAsk} from '../cli/prompt.ts'
import {prose} from '../cli/prose.ts'
import {XmppCommand} from '../cli/xmpp-command.ts'
import {EXIT, Failure, toFailure} from '../errors.ts'
import {type RegisterResult, renderRegister} from '../output/register.ts'
import {type Answers, missingFields, parseAnswers} from '../protocol/data-form.ts'
import {parseInvitation, showInvitation} from '../protocol/invitation.ts'
import {getRegistration, type RegistrationForm, register} from '../protocol/register.ts'

export default class Register extends XmppCommand {
  static override summary = 'Create an account on a server that lets you'
  static override description =
    prose`The password comes from where it always comes from, or is generated. What
else the server wants is asked on the terminal, or given with --field.`
  static override args = {
    jid: Args.string({
      description: 'JID to create, or an invitation (xmpp: URI)',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    field: Flags.string({
      summary: 'the answer to a field of the form; may be given again',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
    }),
    token: Flags.string({
      summary: 'invitation: a token, or the xmpp: URI it came in',
      helpValue: 'TOKEN',
    }),
    'generate-password': Flags.boolean({
      summary: 'make up a password; shown once, unless --login stores it',
    }),
    login: Flags.boolean({summary: 'store the account, as xmpp login does'}),
    store: Flags.option({
      options: STORES,
      summary: 'where --login puts the password; default: the keyring, else a file',
      dependsOn: ['login'],
    })(),
    default: Flags.boolean({
      summary: 'with --login: use this account where none is named',
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
  protected override defaultTimeout = canAsk() ? undefined : '30s'

  async run(): Promise<RegisterResult> {
    const {args, flags} = await this.parse(Register)
    if (flags['generate-password'] && flags.quiet && !flags.login)
      throw new Failure('usage', 'Nobody would see the new password', EXIT.usage, {
        hint: 'Leave out --quiet, or store the account with --login',
      })
    const given = [flags.token, args.jid?.includes('?') ? args.jid : undefined]
    const invitation = given.filter((text) => text !== undefined).map(parseInvitation)[0]
    const jid = await wholeJid(args.jid ?? flags.jid ?? invitation?.jid ?? undefined)
    const settings = await this.settings({...flags, jid, account: undefined})
    const password = await choosePassword(settings, flags['generate-password'])
    const isNew = flags['generate-password'] || settings.secret.kind === 'prompt'
    const own = isNew ? withPassword(settings, password) : settings
    const {domain, local = ''} = settings.jid
    await this.guestWith(settings, flags, async (iq) => {
      if (invitation) await showInvitation(iq, invitation.token, domain)
      const form = await getRegistration(iq)
      await register(
        iq,
        form,
        await fill(form, flags.field ?? [], {username: [local], password: [password]}),
      )
    })
    const kept = flags.login ? await this.keep(own, flags) : undefined
    const shown = flags['generate-password'] && (!kept || kept.store === 'none')
    const result = {
      jid: settings.jid.bare,
      password: shown ? password : null,
      account: kept?.account ?? null,
    }
    await this.text(renderRegister(result))
    return result
  }

  /** The account exists, whatever happens here: a generated password must not be lost with the failure. */
  private async keep(settings: Settings, flags: KeepFlags) {
    const {account = settings.jid.bare, default: makeDefault, store} = flags
    const fresh = flags['generate-password']
    try {
      const kept = await keepAccount(settings, {name: account, makeDefault, store, fresh})
      return {account, store: kept.store}
    } catch (error) {
      this.failWith(toFailure(error))
      return undefined
    }
  }
}

interface KeepFlags {
  account?: string | undefined
  default: boolean
  'generate-password': boolean
  store: Store | undefined
}

async function fill(form: RegistrationForm, pairs: string[], known: Answers): Promise<Answers> {
  const exposed = form.fields.find(
    ({name, type}) => type === 'text-private' && pairs.some((pair) => pair.startsWith(`${name}=`)),
  )
  if (exposed)
    throw new Failure('secret-on-argv', `Others can see --field ${exposed.name}`, EXIT.usage, {
      hint: 'Give a password by --password-file or XMPP_PASSWORD, or answer on the terminal',
    })
  const answers = {...parseAnswers(pairs, form.fields), ...known}
  const missing = missingFields(form.fields, answers)
  const {bits, instructions, url} = form
  const notes = form.form?.notes ?? []
  return {...answers, ...(await fillForm({instructions, missing, notes, pictures: bits, url}))}
}
