/** The pages of `xmpp help PAGE` that are not about one command, by name. */
import {EXIT_CODES} from '../help-topics.ts'
import {accounts} from './accounts.ts'
import {configFile} from './config-file.ts'
import {environment} from './environment.ts'
import {output} from './output.ts'
import type {HelpPage} from './page.ts'
import {scripting} from './scripting.ts'

const VARIABLES =
  'The variable in parentheses counts if the flag is not given. XMPP_PASSWORD has the password itself, for CI. "xmpp help environment" lists all variables.'

export const PAGES: Record<string, HelpPage> = {
  accounts,
  'config-file': configFile,
  environment,
  'exit-codes': {
    summary: 'meaning of the exit codes',
    sections: [{title: 'EXIT CODES', rows: EXIT_CODES}],
  },
  flags: {
    summary: 'flags that all commands share, and their variables',
    sections: [{title: 'VARIABLES', text: VARIABLES}],
  },
  output,
  scripting,
}
