import assert from 'node:assert/strict'
import {environment, sh} from '../support/cli.ts'
import {runXmpp} from '../support/runner.ts'

const run = (words: string) => runXmpp(words, environment())

describe('--quiet', () => {
  it('prints no result, for a command without a session too', async () => {
    const {status, stderr, stdout} = await run('config path --quiet')
    assert.deepEqual([status, stderr, stdout], [0, '', ''])
  })

  it('prints the JSON of a result', async () => {
    const {status, stderr, stdout} = await run('config path --quiet --json')
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(typeof JSON.parse(stdout).config, 'string')
  })

  it('prints a failure, and with --json only its document', async () => {
    const text = await run('accounts remove nobody --quiet')
    assert.deepEqual([text.status, text.stdout], [78, ''])
    assert.match(text.stderr, /^xmpp: /)
    const {status, stderr, stdout} = await run('accounts remove nobody --quiet --json')
    assert.deepEqual([status, stderr], [78, ''])
    assert.equal(JSON.parse(stdout).error.exitCode, 78)
  })
})

describe('a warning', () => {
  it('makes control characters visible', async () => {
    const line = 'TITLE;ENCODING=QUOTED-PRINTABLE:\u{202e}=F6'
    const vcf = `BEGIN:VCARD\nVERSION:3.0\nFN:x\n${line}\nEND:VCARD\n`
    const {stderr} = await sh('xmpp vcard set --file -', environment(), vcf)
    assert.match(stderr, /^xmpp: This line .*: TITLE;ENCODING=QUOTED-PRINTABLE:\\u\{202e\}=F6$/m)
  })
})
