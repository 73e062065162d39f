/** Recipients without their addresses on the command line: XMPP_TO, `to`, and the aliases of the config file. */
import type {Config} from './config/config.ts'
import {lookupAll} from './config/lookup.ts'
import type {AccountFlags} from './config/options.ts'
import {chooseAccount} from './select-account.ts'
import type {Env} from './state/directories.ts'

export interface AddressBook {
  /** The recipients of a message without a recipient argument. */
  defaults: readonly string[]
  /** JIDs by the name of an alias. */
  aliases: ReadonlyMap<string, readonly string[]>
}

/** Throws the failure of an account that cannot be chosen. */
export function readAddressBook(flags: AccountFlags, env: Env, config: Config): AddressBook {
  const account = config.accounts.size > 0 ? chooseAccount(flags, env, config).account : undefined
  const [to] = lookupAll('to', {flags, env, config, account})
  return {defaults: [to?.value ?? []].flat().flatMap(wordsOf), aliases: config.aliases}
}

/** The variable separates its addresses by spaces or commas. */
const wordsOf = (value: string | number | boolean): string[] =>
  String(value)
    .split(/[\s,]+/)
    .filter(Boolean)
