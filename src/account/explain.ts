/** Every value, where it came from, and what it hides: for `xmpp config explain` and `xmpp whoami`. */
import {isOptionKey, OPTIONS, type OptionKey} from './options.ts'
import type {Settings} from './settings.ts'
import {candidates} from './values.ts'

export interface Explained {
  key: string
  /** As text; null where nothing gives it. Secrets are not values. */
  value: string | null
  /** `--server`, `XMPP_SERVER`, `account work`, `[defaults]`, `built in`. */
  origin: string
  /** What gives it too, and is not used. */
  unused: string[]
}

const SECRETS: OptionKey[] = ['password_file', 'password_command', 'keyring']

const BUILT_IN: Partial<Record<OptionKey, string>> = {
  server: 'from DNS',
  connect_timeout: '30s',
  retry: '0',
  anonymous: 'false',
}

export function explain({account, jid, origins, secret, sources}: Settings): Explained[] {
  const keys = Object.keys(OPTIONS).filter(isOptionKey)
  return [
    {key: 'account', value: account ?? null, origin: origins.account ?? 'none', unused: []},
    {key: 'jid', value: jid.full, origin: origins.jid, unused: []},
    {
      key: 'password',
      value: [secret.kind, secret.detail].filter(Boolean).join(' '),
      origin: secret.origin,
      unused: [],
    },
    ...keys
      .filter((key) => key !== 'jid' && !SECRETS.includes(key))
      .map((key) => {
        const [first, ...rest] = candidates(key, sources)
        return {
          key,
          value: first ? withoutSecrets(String(first.value)) : (BUILT_IN[key] ?? null),
          origin: first?.origin ?? 'built in',
          unused: rest.map(({origin}) => origin),
        }
      }),
  ]
}

/** The address of a proxy may hold its password. */
const withoutSecrets = (value: string): string => value.replace(/\/\/[^@/]*@/, '//***@')
