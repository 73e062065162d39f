/** Which account `xmpp login` stores: one of the config file, to sign in again, or a new one. */
import type {Config} from '../../account/config/config.ts'
import {accountJid} from '../../account/settings.ts'
import type {Env} from '../../account/state/directories.ts'
import type {SharedFlags} from '../../cli/base-command.ts'
import {promptForJid, resolveJidArgument} from '../../cli/terminal/jid-prompt.ts'
import {parseJid} from '../../jid.ts'
import {JID_PROMPT} from '../../output/prompt.ts'

/** The flags and the environment to read the settings from. Asks for the JID of a new account if it is missing. */
export async function selectLogin(
  argument: string | undefined,
  flags: SharedFlags,
  {accounts, defaults}: Config,
  signal: AbortSignal,
): Promise<[SharedFlags, Env]> {
  const {XMPP_ACCOUNT: variable, ...env} = process.env
  const given = resolveJidArgument(argument, flags.jid)
  const name = flags.account ?? (variable || undefined)
  if (name !== undefined && accounts.has(name)) return [{...flags, jid: given}, process.env]
  const check = flags.anonymous || defaults.anonymous === true ? parseJid : accountJid
  if (argument !== undefined) check(argument) // later, its failure would name --jid
  const jid = given ?? (env.XMPP_JID || (await promptForJid(JID_PROMPT, signal, check)))
  return [{...flags, account: undefined, jid}, env]
}

/** The name to store the account under: --account, a new name in XMPP_ACCOUNT, its present name, or the JID. */
export function loginName(
  {account: flag}: SharedFlags,
  {account, config, jid}: {account: string | undefined; config: Config; jid: {bare: string}},
): string {
  const {XMPP_ACCOUNT: variable = ''} = process.env
  const newName = config.accounts.has(variable) ? '' : variable
  return flag ?? (newName || account || jid.bare)
}
