/** The flags of every command: account, connection, output. */
import * as Flags from '@oclif/core/flags'

const account = {helpGroup: 'ACCOUNT'}
const connection = {helpGroup: 'CONNECTION'}
const output = {helpGroup: 'OUTPUT'}

export const sharedFlags = {
  account: Flags.string({
    ...account,
    char: 'a',
    summary: 'account of the config file to use (XMPP_ACCOUNT)',
    helpValue: 'NAME',
  }),
  jid: Flags.string({
    ...account,
    char: 'j',
    summary: 'JID to sign in as (XMPP_JID)',
    helpValue: 'JID',
  }),
  'password-file': Flags.string({
    ...account,
    summary: 'file whose first line is the password, - for stdin (XMPP_PASSWORD_FILE)',
    helpValue: 'FILE',
  }),
  anonymous: Flags.boolean({
    ...account,
    summary: 'sign in anonymously at the domain of the JID',
  }),
  config: Flags.string({
    ...account,
    summary: 'the config file; see xmpp config path (XMPP_CONFIG)',
    helpValue: 'FILE',
  }),
  server: Flags.string({
    ...connection,
    summary: 'xmpp://, xmpps:// or wss:// addresses, with commas; default: from DNS (XMPP_SERVER)',
    helpValue: 'URI',
  }),
  'ca-file': Flags.string({
    ...connection,
    summary: 'trust the CA certificates in this PEM file as well (XMPP_CA_FILE)',
    helpValue: 'PEM',
  }),
  'tls-pin': Flags.string({
    ...connection,
    summary: 'accept only the certificate with this key, sha256:… (XMPP_TLS_PIN)',
    helpValue: 'PIN',
  }),
  'client-cert': Flags.string({
    ...connection,
    summary: 'sign in with this certificate (XMPP_CLIENT_CERT)',
    helpValue: 'PEM',
  }),
  'client-key': Flags.string({
    ...connection,
    summary: 'the key of the client certificate (XMPP_CLIENT_KEY)',
    helpValue: 'PEM',
  }),
  proxy: Flags.string({
    ...connection,
    summary: 'http:// or socks5h:// address; "" for none (XMPP_PROXY)',
    helpValue: 'URI',
  }),
  insecure: Flags.boolean({
    ...connection,
    summary: 'do not check the certificate; for test servers only',
  }),
  'connect-timeout': Flags.string({
    ...connection,
    summary: 'longest time until the session is open; default 30s (XMPP_CONNECT_TIMEOUT)',
    helpValue: 'DURATION',
  }),
  timeout: Flags.string({
    ...connection,
    summary:
      'longest time for the whole run; default 30s, 15m for ask, none for listen, run, transfers and --hold (XMPP_TIMEOUT)',
    helpValue: 'DURATION',
  }),
  retry: Flags.string({
    ...connection,
    summary:
      'number of further tries if nothing was delivered, after up to 0.5 s, 1 s, 2 s, 4 s and so on; default 0 (XMPP_RETRY)',
    helpValue: 'N',
  }),
  json: Flags.boolean({...output, summary: 'print JSON, for failures too'}),
  quiet: Flags.boolean({...output, char: 'q', summary: 'print nothing but errors'}),
  verbose: Flags.boolean({
    ...output,
    char: 'v',
    summary: 'print the stages of the connection on stderr',
  }),
  debug: Flags.boolean({
    ...output,
    summary: 'print the XML of the stream on stderr, without secrets',
  }),
}

/** Every command of this program has them; the manifest leaves them out. */
export const namedSharedFlags = Object.entries(sharedFlags).map(([name, flag]) => ({...flag, name}))
