/** The arguments and flags of `register`, and the invitation and the password that they give. */
import {Args, Flags} from '@oclif/core'
import {STORES} from '../../account/secrets/save-password.ts'
import {EXIT, Failure} from '../../errors.ts'
import {type Invitation, parseInvitation} from '../../protocol/registration/invitation.ts'
import {fieldFlags} from '../form/flags.ts'

export const registerArgs = {
  jid: Args.string({
    description: 'JID to create, or an invitation (xmpp: URI)',
    ignoreStdin: true,
  }),
}

export const registerFlags = {
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

/** The invitation in --token, or in the argument if that is an `xmpp:` URI with a query. */
export function readInvitation(argument = '', token: string | undefined): Invitation | undefined {
  if (token === '')
    throw new Failure('usage', '--token is empty', EXIT.usage, {hint: 'Leave it out for none'})
  const text = token ?? (argument.includes('?') ? argument : undefined)
  return text === undefined ? undefined : parseInvitation(text)
}

interface PasswordFlags {
  'generate-password': boolean
  login: boolean
  quiet: boolean
  store: string | undefined
}

/** Throws if a generated password would be neither printed nor stored. */
export function checkPasswordOutput(flags: PasswordFlags): void {
  const isStored = flags.login && flags.store !== 'none'
  if (!flags['generate-password'] || !flags.quiet || isStored) return
  throw new Failure('usage', 'With --quiet the generated password is not printed', EXIT.usage, {
    hint: 'Leave out --quiet, or store the account with --login',
  })
}
