/** The pages of `xmpp help PAGE` that are not about one command, by name. */
import {EXIT_CODES, VARIABLES} from '../help-topics.ts'
import {accounts} from './accounts.ts'
import {configFile} from './config-file.ts'
import {environment} from './environment.ts'
import {output} from './output.ts'
import type {HelpPage} from './page.ts'
import {scripting} from './scripting.ts'

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
    sections: [{title: 'VARIABLES', rows: VARIABLES}],
  },
  output,
  scripting,
}
