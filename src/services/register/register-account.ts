/** XEP-0077: In-Band Registration, from the form of the server to the account in the config file. */
import {checkName} from '../../account/accounts.ts'
import {assertSameJid, type SavedAccount, saveAccount} from '../../account/save-account.ts'
import type {Store} from '../../account/secrets/save-password.ts'
import {type Settings, withPassword} from '../../account/settings.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {type Failure, toFailure} from '../../errors.ts'
import {checkInvitation, type Invitation} from '../../protocol/registration/invitation.ts'
import type {Iq} from '../../xml.ts'
import type {GivenAnswers} from '../form/answers.ts'
import {createAccount} from './create-account.ts'
import {choosePassword} from './new-account.ts'
import {findStoredJid, type SignInAs} from './stored-jid.ts'

export interface RegisterOptions {
  settings: Settings
  invitation: Invitation | undefined
  given: GivenAnswers
  generatePassword: boolean
  /** How to store the account, if at all. */
  login: {name: string | undefined; makeDefault: boolean; store: Store | undefined} | undefined
  /** Ends the prompts. */
  signal: AbortSignal
}

/** Supplied by the command. */
export interface Connections {
  withStream(use: (iq: Iq) => Promise<void>): Promise<void>
  signIn: SignInAs
}

/** @returns `saved` if the account is in the config file now. */
export async function registerAccount(
  {generatePassword, given, invitation, login, settings, signal}: RegisterOptions,
  {signIn, withStream}: Connections,
) {
  const {jid, secret} = settings
  if (invitation) checkInvitation(invitation, jid.domain)
  if (login) {
    const name = login.name ?? jid.bare
    checkName(name)
    assertSameJid(name, jid.bare, settings.config)
  }
  const isTyped = !generatePassword && secret.level === undefined
  const choose = (): Promise<string> => choosePassword(settings, generatePassword, signal)
  // A password is typed only after the server has sent its form.
  let password = isTyped && canAsk() ? undefined : await choose()
  let failure: Failure | undefined
  try {
    await withStream(async (iq) => {
      await createAccount(iq, {
        ...{given, invitation, jid, signal},
        password: async () => {
          password ??= await choose()
          return password
        },
      })
    })
  } catch (error) {
    failure = toFailure(error)
    // The account may exist: a generated password must not be lost with the connection.
    if (!generatePassword || !failure.isUnknownOutcome) throw failure
  }
  const own = generatePassword || isTyped ? withPassword(settings, password ?? '') : settings
  const stored = failure ? {jid, failure} : await findStoredJid(own, signIn)
  failure = stored.failure
  let saved: SavedAccount | undefined
  const name = login?.name ?? stored.jid.bare
  if (login && !failure)
    try {
      const account = {...own, jid: stored.jid}
      saved = await saveAccount(account, {...login, name, fresh: generatePassword})
    } catch (error) {
      failure = toFailure(error)
    }
  const isPasswordLost = generatePassword && (!saved || saved.store === 'none')
  const result = {
    jid: stored.jid.bare,
    ...(stored.jid.bare !== jid.bare && {requested: jid.bare}),
    password: isPasswordLost ? (password ?? null) : null,
    account: saved ? name : null,
    ...(failure && {error: failure}),
  }
  return {result, saved}
}
