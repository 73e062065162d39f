/** Each setting, its source, and the sources that it overrides, for `xmpp config explain` and `xmpp whoami`. */
import {lookupAll} from './config/lookup.ts'
import {isOptionKey, OPTIONS, type OptionKey} from './config/options.ts'
import {redactUserinfo} from './config/redact-url.ts'
import type {Settings} from './settings.ts'

export interface Explained {
  key: string
  /** As text; null if it is not set. Never a secret. */
  value: string | null
  /** `--server`, `XMPP_SERVER`, `account work`, `[defaults]`, `built in`, `not set`. */
  origin: string
  /** The sources that are overridden. */
  unused: string[]
}

const SECRETS: OptionKey[] = ['password_file', 'password_command', 'keyring']

const BUILT_IN: Partial<Record<OptionKey, string>> = {
  server: 'from DNS',
  connect_timeout: '30s',
  timeout: '30s',
  retry: '0',
  anonymous: 'false',
}

export function explain({account, jid, origins, secret, sources, timeout}: Settings): Explained[] {
  const keys = Object.keys(OPTIONS).filter(isOptionKey)
  return [
    {key: 'account', value: account ?? null, origin: origins.account ?? NOT_SET, unused: []},
    {key: 'jid', value: jid.full, origin: origins.jid, unused: []},
    {
      key: 'password',
      value: [secret.kind, secret.detail].filter(Boolean).join(' '),
      origin: secret.origin,
      unused: secret.unused ?? [],
    },
    ...keys
      .filter((key) => key !== 'jid' && !SECRETS.includes(key))
      .map((key) => {
        const [first, ...rest] = lookupAll(key, sources)
        const hasNoLimit = key === 'timeout' && timeout === undefined
        const builtIn = hasNoLimit ? undefined : BUILT_IN[key]
        return {
          key,
          value: first ? display(key, String(first.value)) : (builtIn ?? null),
          origin: first?.origin ?? (builtIn === undefined ? NOT_SET : 'built in'),
          unused: rest.map(({origin}) => origin),
        }
      }),
  ]
}

const NOT_SET = 'not set'

function display(key: OptionKey, value: string): string {
  if (key !== 'proxy' && key !== 'server') return value
  // A password before an `@` may contain a comma.
  const addresses = value.includes('@') ? [value] : value.split(',')
  return addresses.map(redactUserinfo).join(',')
}
