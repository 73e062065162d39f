/** The flags of `login`. */
import {Flags} from '@oclif/core'
import {STORES} from '../../account/secrets/save-password.ts'

export const loginFlags = {
  store: Flags.option({
    options: STORES,
    summary: 'where to store the password; default: the keyring, else a file',
  })(),
  default: Flags.boolean({summary: 'use this account when no account is named'}),
}
