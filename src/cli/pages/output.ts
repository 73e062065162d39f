/** `xmpp help output`: the keys of each JSON Schema in schemas/. */
import {unwrap} from '../unwrap.ts'
import type {HelpPage} from './page.ts'

export const output: HelpPage = {
  summary: 'JSON that commands print',
  sections: [
    {
      title: 'OUTPUT',
      text: unwrap`With --json a command prints one JSON document on one line. "listen", "presence watch", "history list"
and "send --batch" print one document per line. Without --json the text is for people and may change; in a pipe, a list is
one line per item with tabs between the columns. A terminal shows times in the form of the user's locale ("xmpp help
environment").

"xmpp schema" lists the JSON Schemas of all results, and "xmpp schema COMMAND" prints one. Later versions add keys, and do
not change or remove them: ignore keys that you do not know. A value that is absent is null. Times are ISO 8601 in UTC,
durations are milliseconds.`,
    },
    {
      title: 'FAILURES',
      rows: [
        [
          'error.code',
          'a stable name, such as not-authorized; the condition of the server if it gave one',
        ],
        ['error.message', 'a sentence for display'],
        ['error.exitCode', 'the exit code: xmpp help exit-codes'],
        ['error.retryable', 'true if nothing was delivered and a retry can succeed'],
        ['error.stage', 'config, resolve, connect, tls, auth, bind, request or close'],
        ['error.condition', 'the condition that the server sent, or null'],
        ['error.text', 'the text that the server sent, or null'],
        ['error.hint', 'a sentence about what to do, or null'],
      ],
    },
  ],
}
