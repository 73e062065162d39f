/** `xmpp help scripting`. */
import {unwrap} from '../unwrap.ts'
import type {HelpPage} from './page.ts'

export const scripting: HelpPage = {
  summary: 'use in scripts: results, errors, time limits, retries',
  sections: [
    {
      title: 'SCRIPTING',
      text: unwrap`The exit code is the result: 0 means that the server has confirmed the operation. Only 75 means that a
retry is always safe; after 74 the outcome is unknown. "xmpp help exit-codes" lists all codes.

Results are on standard output, errors and warnings on standard error. With --json, a result is one JSON document, or for
"listen" one per line, and a failure is {"error": {...}} on standard output with a sentence on standard error. --json
--quiet leaves standard error empty. "xmpp schema COMMAND" prints the JSON Schema of a result.

Without a terminal no command asks a question: a missing value is a usage error (2). A run ends after --timeout (default:
30s; 15m for "ask"); "listen" has no limit. --retry N repeats a run that failed with 75. SIGINT, SIGTERM and SIGHUP close the stream
first.`,
    },
    {
      title: 'EXAMPLES',
      lines: [
        '$ export XMPP_JID=builds@example.com XMPP_PASSWORD="$CI_SECRET"',
        '$ xmpp send team@example.com "Build failed" --retry 3 || exit 1',
        '$ make 2>&1 | tail -20 | xmpp send team@example.com',
        '$ xmpp roster list --json | jq -r ".contacts[].jid"',
        '$ xmpp listen --count 1 --timeout 5m --json | jq -r ".body // empty"',
      ].join('\n'),
    },
  ],
}
