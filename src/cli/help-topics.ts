/** What help says of no command in particular. */

export type Rows = [name: string, meaning: string][]

/** The first words of all commands, where somebody would look for them. */
export const GROUPS: Record<string, string[]> = {
  MESSAGES: ['send', 'listen'],
  PEOPLE: ['roster', 'presence', 'vcard', 'nick', 'block'],
  ACCOUNTS: [
    ...['login', 'logout', 'whoami', 'register', 'unregister'],
    ...['password', 'accounts', 'config'],
  ],
  SERVERS: ['ping'],
}

export const MORE: Rows = [
  ['xmpp help COMMAND', 'what a command does and takes, with examples'],
  ['xmpp help flags', 'flags that all commands have, and their variables'],
  ['xmpp help exit-codes', 'what the exit status says'],
]

export const EXAMPLES = [
  '$ xmpp login juliet@example.com',
  '$ xmpp send romeo@example.net "Good night, good night"',
  '$ xmpp listen --json | jq -r "select(.body).body"',
].join('\n')

export const VARIABLES: Rows = [
  ['XMPP_PASSWORD', 'the password itself, for CI; no flag takes one, since ps shows flags to all'],
  ['NO_COLOR, FORCE_COLOR', 'no colour at all, or colour in a pipe as well'],
]

/** Contract: exit codes. */
export const EXIT_CODES: Rows = [
  ['0', 'done, and confirmed; or the reader of the output has left'],
  ['2', 'wrong usage, or a value is missing and there is nobody to ask'],
  ['65', 'the input is malformed: a JID, a text, XML, a line of a batch'],
  ['66', 'a file cannot be read'],
  ['67', 'no such user, room or item'],
  ['68', 'no such host'],
  ['69', 'refused, or not supported'],
  ['70', 'a bug of this program'],
  ['73', 'the account or the file exists already, or the output cannot be written'],
  ['74', 'the connection died before the server confirmed: it may have happened, or not'],
  ['75', 'nothing was delivered: the only code after which a retry is always safe'],
  ['76', 'TLS, certificate or protocol error'],
  ['77', 'wrong password, or forbidden'],
  ['78', 'wrong configuration, or a secret that cannot be had'],
  ['124', 'what was waited for did not come within --timeout'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT or SIGTERM, after the stream was closed'],
]
