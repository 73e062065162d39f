import assert from 'node:assert/strict'
import {environment} from '../support/cli.ts'
import {runXmpp} from '../support/runner.ts'

/** Nothing listens there: a run that connects ends with 75. */
const env = {...environment(), XMPP_JID: 'alice@localhost', XMPP_SERVER: 'xmpps://127.0.0.1:1'}
const INPUT = 'secret\n{"to":"bob@localhost","body":"lost"}\n'

describe('standard input that supplies the password', () => {
  for (const words of [
    'send bob@localhost',
    'send bob@localhost -',
    'send bob@localhost --body-file -',
    'send --raw',
    'send --batch',
    'roster import -',
    'vcard set --file -',
  ]) {
    for (const [way, flags, variables] of [
      ['a flag', '--password-file -', {}],
      ['a variable', '', {XMPP_PASSWORD_FILE: '-'}],
    ] as const)
      it(`is not read again by xmpp ${words} (by ${way}): 2, and nothing connects`, async () => {
        const all = {...env, ...variables}
        const {status, stdout} = await runXmpp(`${words} ${flags} --json`, all, INPUT)
        assert.deepEqual([status, JSON.parse(stdout).error.code], [2, 'stdin-taken'])
        assert.doesNotMatch(stdout, /secret/)
      })
  }
})
