/** The pages of help that are not about one command. */

export type Rows = [name: string, meaning: string][]

/** The first words of all commands, grouped by purpose. */
export const GROUPS: Record<string, string[]> = {
  MESSAGES: ['send', 'listen', 'history', 'run', 'ask', 'upload', 'download'],
  ROOMS: ['room', 'bookmark'],
  PEOPLE: ['roster', 'presence', 'vcard', 'nick', 'block'],
  ACCOUNTS: [
    ...['login', 'logout', 'whoami', 'register', 'unregister'],
    ...['password', 'accounts', 'config'],
  ],
  SERVERS: ['check', 'info', 'disco', 'version', 'time', 'last', 'ping', 'command', 'iq'],
  PROGRAM: ['completion', 'commands', 'schema'],
}

export const COMMAND_HELP: Rows[number] = [
  'xmpp help COMMAND',
  'arguments, flags and examples of a command',
]

export const FIRST_STEPS: Rows = [
  ['$ xmpp login juliet@example.com', 'check the password and store the account'],
  ['$ xmpp send romeo@example.net "Hello"', 'send a message'],
  ['$ xmpp listen', 'print messages as they arrive'],
]

/** The lines after the first steps. */
export const MORE: Rows = [
  ['xmpp register JID', 'create an account, if you have none'],
  ['xmpp help', 'all commands'],
  COMMAND_HELP,
]

export const EXAMPLES = [
  '$ xmpp login juliet@example.com',
  '$ xmpp send romeo@example.net "Good night, good night"',
  '$ xmpp listen --json | jq -r "select(.body).body"',
].join('\n')

/** Contract: exit codes. */
export const EXIT_CODES: Rows = [
  ['0', 'success, confirmed by the server; or the reader of the output closed the pipe'],
  ['2', 'usage error, or a required value is missing in a non-interactive run'],
  ['3', 'ask: the answer is not the first choice'],
  ['65', 'malformed input: a JID, a text, XML, a line of a batch'],
  ['66', 'an input file cannot be read'],
  ['67', 'the user, room or item does not exist'],
  ['68', 'the host does not exist'],
  ['69', 'refused or not supported by the server or the recipient'],
  ['70', 'internal error of this program'],
  ['73', 'the account or file exists already, or the output cannot be written'],
  ['74', 'the connection was lost before the server confirmed: the outcome is unknown'],
  ['75', 'nothing was delivered: the only code after which a retry is always safe'],
  ['76', 'TLS, certificate or protocol error'],
  ['77', 'wrong password, or permission denied'],
  ['78', 'invalid configuration, or a password source that failed'],
  ['124', 'the reply, receipt or event did not arrive within --timeout'],
  ['129, 130, 143', 'ended by SIGHUP, SIGINT or SIGTERM, after the stream was closed'],
]
