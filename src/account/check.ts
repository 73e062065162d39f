/** What is wrong with the accounts of a config file, all of it, for `xmpp config check`. */
import {toFailure} from '../errors.ts'
import type {Config} from './config.ts'
import type {Env} from './options.ts'
import {resolveSettings} from './settings.ts'

export interface Problem {
  account: string
  code: string
  message: string
  hint: string | null
}

/** Each account as a run with `--account` would see it, without variables. No command is run. */
export async function checkAccounts(config: Config, env: Env): Promise<Problem[]> {
  const {HOME, USERPROFILE, XDG_CONFIG_HOME} = env
  const problems: Problem[] = []
  for (const account of config.accounts.keys()) {
    try {
      const {password, secret} = await resolveSettings(
        {account, config: config.file},
        {
          env: {HOME, USERPROFILE, XDG_CONFIG_HOME},
          timeout: undefined,
          limit: () => new AbortController().signal,
          warn: () => {},
          readStdin: () => Promise.resolve(''),
          ask: () => Promise.resolve(''),
        },
      )
      if (secret.kind === 'password-file') await password()
    } catch (error) {
      const {code, hint = null, message} = toFailure(error)
      problems.push({account, code, message, hint})
    }
  }
  return problems
}
