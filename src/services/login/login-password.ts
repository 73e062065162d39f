/** The password that `login` checks and stores. */
import {checkPassword} from '../../account/secrets/password-rules.ts'
import {isStoredByLogin} from '../../account/secrets/save-password.ts'
import {type Settings, withPassword} from '../../account/settings.ts'
import {ask, canAsk} from '../../cli/terminal/prompt.ts'
import {passwordPrompt} from '../../output/prompt.ts'

/** Asks again for a password that an earlier login has stored, since it may be wrong. */
export async function promptForStoredPassword(
  settings: Settings,
  signal: AbortSignal,
): Promise<Settings> {
  const {anonymous, jid, secret, trust} = settings
  if (anonymous || trust.cert !== undefined) return settings
  if (secret.kind === 'prompt') await settings.password()
  if (!isStoredByLogin(settings) || !canAsk()) return settings
  const password = await ask({...passwordPrompt(jid.bare), secret: true, signal})
  await checkPassword(password, 'the terminal')
  return withPassword(settings, password)
}
