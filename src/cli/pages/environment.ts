/** `xmpp help environment`. */
import {unwrap} from '../unwrap.ts'
import type {HelpPage} from './page.ts'

export const environment: HelpPage = {
  summary: 'variables that the program reads, and those that it sets',
  sections: [
    {
      title: 'VARIABLES FOR FLAGS',
      rows: [
        ['XMPP_ACCOUNT', 'account of the config file: --account'],
        ['XMPP_JID', 'JID to sign in as: --jid'],
        ['XMPP_PASSWORD_FILE', 'file with the password: --password-file'],
        ['XMPP_CONFIG', 'the config file: --config'],
        ['XMPP_SERVER', 'address of the server: --server'],
        ['XMPP_CA_FILE', 'CA certificates to trust as well: --ca-file'],
        ['XMPP_TLS_PIN', 'key of the only accepted certificate: --tls-pin'],
        ['XMPP_CLIENT_CERT, XMPP_CLIENT_KEY', 'certificate to sign in with: --client-cert'],
        ['XMPP_PROXY', 'address of the proxy: --proxy'],
        ['XMPP_CONNECT_TIMEOUT', 'longest time until the session is open: --connect-timeout'],
        ['XMPP_TIMEOUT', 'longest time for the whole run: --timeout'],
        ['XMPP_RETRY', 'number of further tries: --retry'],
      ],
    },
    {
      title: 'OTHER VARIABLES',
      rows: [
        ['XMPP_PASSWORD', 'the password itself, for CI; no flag takes it, because ps shows flags'],
        ['XMPP_TO', 'the recipients of "send", "ask" and "run", if no argument names one'],
        ['XMPP_ROOM_PASSWORD', 'the password of a room'],
        ['XDG_CONFIG_HOME', 'folder of xmpp/config.toml; default: ~/.config'],
        ['XDG_STATE_HOME', 'folder of xmpp/, for tokens and caches; default: ~/.local/state'],
        [
          'TMPDIR',
          'folder of temporary files, as for "upload -" and "download --output -"; default: /tmp',
        ],
        [
          'ALL_PROXY, HTTPS_PROXY',
          'address of the proxy without --proxy; NO_PROXY names exceptions',
        ],
        ['NODE_EXTRA_CA_CERTS', 'a PEM file with CA certificates to trust as well'],
        [
          'LC_ALL, LC_TIME, LANG',
          'locale of the times on a terminal, in this order, such as de_DE.UTF-8; JSON, files and pipes do not use it',
        ],
        [
          'TZ',
          'time zone of the times in text, such as Europe/Berlin; default: that of the system',
        ],
        ['NO_COLOR, FORCE_COLOR', 'no colour, or colour in a pipe too'],
      ],
    },
    {
      title: 'VARIABLES FOR COMMANDS OF THE USER',
      text: unwrap`A command of "listen --exec" or "listen --serve" receives the values of the event as variables, such as
XMPP_FROM, XMPP_BODY and XMPP_STANZA_ID for stanzaId, and the whole event as JSON on standard input. Its environment does
not contain XMPP_PASSWORD and XMPP_ROOM_PASSWORD. XMPP_TO has the recipients of the user, and not those of the event.`,
    },
  ],
}
