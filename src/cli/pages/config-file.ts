/** `xmpp help config-file` and xmpp-config(5). The tests compare the keys with src/account/config/options.ts, and parse the example. */
import type {Rows} from '../help-topics.ts'
import {unwrap} from '../unwrap.ts'
import type {HelpPage} from './page.ts'

const KEYS: Rows = [
  ['jid', 'the JID of the account, such as juliet@example.com'],
  ['password_file', 'a file whose first line is the password; only its owner may read it'],
  ['password_command', 'a command and its arguments; the first line of its output is the password'],
  ['keyring', 'true: the password is in the keyring of the system, as "xmpp login" stores it'],
  ['server', 'xmpp://, xmpps:// or wss:// address, or a list of them; default: from DNS'],
  ['ca_file', 'a PEM file with CA certificates to trust as well'],
  ['tls_pin', 'accept only the certificate with this key: sha256:…'],
  ['client_cert', 'a PEM file with the certificate to sign in with'],
  ['client_key', 'a PEM file with the key of that certificate; only its owner may read it'],
  ['anonymous', 'true: sign in anonymously at the domain of jid'],
  ['proxy', 'http:// or socks5h:// address; "" for none'],
  ['connect_timeout', 'longest time until the session is open; default: 30s'],
  ['timeout', 'longest time for the whole run; default: 30s, for "listen" and "run" see there'],
  ['retry', 'number of further tries if nothing was delivered; default: 0'],
  ['to', 'a list of recipients of "send", "ask" and "run", if no argument names one'],
]

export const CONFIG_EXAMPLE = `\
default_account = "work"

[defaults]
timeout = "20s"
retry = 2

[aliases]
ops = ["romeo@example.net", "juliet@example.com"]

[accounts.work]
jid = "juliet@example.com/desk"
password_command = ["pass", "show", "xmpp/juliet"]

[accounts.ci]
jid = "builds@example.org"
password_file = "~/.secrets/builds"
server = "xmpps://xmpp.example.org:5223"
`

export const configFile: HelpPage = {
  summary: 'keys of the config file, with an example',
  sections: [
    {
      title: 'CONFIG FILE',
      text: unwrap`The config file is a TOML file: $XDG_CONFIG_HOME/xmpp/config.toml, or ~/.config/xmpp/config.toml. --config
FILE or XMPP_CONFIG name another one. "xmpp config path" prints its path, "xmpp login" adds accounts to it, "xmpp config
check" checks it, and "xmpp config explain" shows the source of each value.

The first of these sources counts: a flag, a variable, the table of the account, [defaults]. An unknown key is an error. A
relative path starts at the folder of the config file. The file must not be writable for other users.`,
    },
    {
      title: 'TOP LEVEL',
      rows: [
        ['default_account', 'the account to use without --account and --jid'],
        ['[aliases]', 'NAME = "JID", or a list of JIDs: recipients of "send", "ask" and "run"'],
        ['[defaults]', 'settings for all accounts'],
        ['[accounts.NAME]', 'settings of one account; quote a name with special characters'],
      ],
    },
    {title: 'SETTINGS', rows: KEYS},
    {title: 'EXAMPLES', lines: CONFIG_EXAMPLE.trimEnd()},
  ],
}
