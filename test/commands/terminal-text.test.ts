import assert from 'node:assert/strict'
import path from 'node:path'
import {setAvatar} from '../../src/protocol/vcard/avatar.ts'
import {setVcard4} from '../../src/protocol/vcard/vcard4.ts'
import {withSession} from '../../src/session/session.ts'
import {account} from '../fixtures/accounts.ts'
import {environment, type Outcome, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {el} from '../support/xml.ts'

/** Characters that XML allows and that control a terminal: CSI as one character, and a right-to-left override. */
const HOSTILE = '\u{9b}31m\u{202e}'

describe('a file that is shown on a terminal', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob']})
    await withSession(
      account(server, 'bob', server.tlsPort),
      async ({iq}) => {
        const note = `<note><text>${HOSTILE}</text></note>`
        await setVcard4(iq, el`<vcard xmlns='urn:ietf:params:xml:ns:vcard-4.0'>${note}</vcard>`)
        await setAvatar(iq, {type: HOSTILE, data: Buffer.from('picture')})
      },
      {trace: {}},
    )
    const added = await run(`roster add z@example.com --no-subscribe --name '${HOSTILE}'`)
    assert.equal(added.status, 0, added.stderr)
  })
  after(() => server.stop())

  const run = (words: string): Promise<Outcome> => runXmpp(words, environment(server, 'alice'))
  const onTerminal = (words: string): Promise<Outcome> =>
    sh(`script -qec '${`xmpp ${words}`}' /dev/null </dev/null`, environment(server, 'alice'))

  for (const words of [
    'vcard get bob@localhost --format vcf',
    'vcard get bob@localhost --format json',
    'roster export',
    'roster export --format xml',
  ]) {
    it(`does not control it: ${words}`, async () => {
      const [piped, shown] = [await run(words), await onTerminal(words)]
      assert.ok(piped.stdout.includes(HOSTILE), piped.stdout + piped.stderr)
      assert.equal(shown.status, 0, shown.stdout)
      assert.match(shown.stdout, /\\u\{9b\}31m\\u\{202e\}/)
      assert.doesNotMatch(shown.stdout, /[\u{80}-\u{9f}\u{202e}]/u)
    })
  }

  it('does not control it through the type of a picture', async () => {
    const file = path.join(server.dir, 'photo')
    const {stdout} = await run(`vcard get bob@localhost --save-photo ${file}`)
    assert.equal(stdout, `Wrote ${file}: \\u{9b}31m\\u{202e}, 7 bytes\n`)
  })

  it('cannot be a picture (2)', async () => {
    const {status, stdout} = await onTerminal('vcard get bob@localhost --save-photo -')
    assert.equal(status, 2, stdout)
  })
})
