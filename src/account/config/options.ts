/** The settings of an account and of the way to its server: config key, flag and variable of each. */

export interface Option {
  /** A list is a text with commas, or an array in the config file. */
  type: 'string' | 'strings' | 'list' | 'boolean' | 'integer'
  flag?: string
  variable?: string
}

/** By its key in the config file. */
export const OPTIONS = {
  jid: {type: 'string', flag: 'jid', variable: 'XMPP_JID'},
  password_file: {type: 'string', flag: 'password-file', variable: 'XMPP_PASSWORD_FILE'},
  password_command: {type: 'strings'},
  keyring: {type: 'boolean'},
  server: {type: 'list', flag: 'server', variable: 'XMPP_SERVER'},
  ca_file: {type: 'string', flag: 'ca-file', variable: 'XMPP_CA_FILE'},
  tls_pin: {type: 'string', flag: 'tls-pin', variable: 'XMPP_TLS_PIN'},
  client_cert: {type: 'string', flag: 'client-cert', variable: 'XMPP_CLIENT_CERT'},
  client_key: {type: 'string', flag: 'client-key', variable: 'XMPP_CLIENT_KEY'},
  anonymous: {type: 'boolean', flag: 'anonymous'},
  proxy: {type: 'string', flag: 'proxy', variable: 'XMPP_PROXY'},
  connect_timeout: {
    type: 'string',
    flag: 'connect-timeout',
    variable: 'XMPP_CONNECT_TIMEOUT',
  },
  timeout: {type: 'string', flag: 'timeout', variable: 'XMPP_TIMEOUT'},
  retry: {type: 'integer', flag: 'retry', variable: 'XMPP_RETRY'},
  to: {type: 'strings', variable: 'XMPP_TO'},
} as const satisfies Record<string, Option>

export type OptionKey = keyof typeof OPTIONS

type Typed<T> = T extends 'strings'
  ? string[]
  : T extends 'boolean'
    ? boolean
    : T extends 'integer'
      ? number
      : string

/** One table of the config file: `[defaults]` or an account. */
export type Table = {[K in OptionKey]?: Typed<(typeof OPTIONS)[K]['type']>}

/** The account flags as they were given; absent means not given. */
export interface AccountFlags {
  account?: string | undefined
  config?: string | undefined
  jid?: string | undefined
  'password-file'?: string | undefined
  server?: string | undefined
  'ca-file'?: string | undefined
  'tls-pin'?: string | undefined
  'client-cert'?: string | undefined
  'client-key'?: string | undefined
  anonymous?: boolean | undefined
  proxy?: string | undefined
  'connect-timeout'?: string | undefined
  timeout?: string | undefined
  retry?: string | undefined
  insecure?: boolean | undefined
}

export const isOptionKey = (key: string): key is OptionKey => Object.hasOwn(OPTIONS, key)
