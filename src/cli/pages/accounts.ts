/** `xmpp help accounts`: the order in src/account/select-account.ts and src/account/secrets/password-source.ts. */
import {unwrap} from '../unwrap.ts'
import type {HelpPage} from './page.ts'

export const accounts: HelpPage = {
  summary: 'choice of the account and of its password',
  sections: [
    {
      title: 'THE ACCOUNT',
      text: unwrap`A JID is an XMPP address, such as juliet@example.com, or juliet@example.com/phone for one client of the
account. The first of these sources counts: --jid or --account, XMPP_JID or XMPP_ACCOUNT, default_account in the
config file, the only account in the config file. A JID also brings the values of the account with the same JID in the
config file. A JID and an account that contradict each other are an error, so that no password is sent to another
account.`,
    },
    {
      title: 'THE PASSWORD',
      text: unwrap`The first of these sources is used; if it fails, no other source replaces it:`,
      rows: [
        ['1', '--password-file FILE, or - for standard input'],
        ['2', 'XMPP_PASSWORD_FILE, then XMPP_PASSWORD'],
        ['3', 'the account in the config file: password_file, password_command, keyring'],
        ['4', '[defaults] in the config file, in the same order'],
        ['5', 'a prompt, on a terminal'],
      ],
    },
    {
      title: 'STORED ACCOUNTS',
      rows: [
        ['xmpp login JID', 'check a password, and store the account'],
        ['xmpp whoami', 'sign in, and show the account and the source of each value'],
        ['xmpp accounts list', 'list the accounts in the config file'],
        ['xmpp accounts default NAME', 'choose the account that commands use'],
        ['xmpp logout', 'revoke saved tokens, and remove the stored password'],
      ],
    },
  ],
}
