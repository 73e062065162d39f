/** The arguments and flags of `logout`. */
import {Args, Flags} from '@oclif/core'

export const logoutArgs = {
  account: Args.string({
    description: 'account name or JID; default: the account that other commands use',
    ignoreStdin: true,
  }),
}

export const logoutFlags = {
  all: Flags.boolean({summary: 'every account', exclusive: ['account']}),
  local: Flags.boolean({summary: 'delete only from this machine; do not connect to the server'}),
}
