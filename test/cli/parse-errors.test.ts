import assert from 'node:assert/strict'
import {unknownCommand} from '../../src/cli/parse-errors.ts'
import {environment, sh} from '../support/cli.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'

/** Mistakes on the command line, with the sentence about each. */
const MISTAKES: Record<string, RegExp> = {
  'ping --nope': /There is no flag --nope/,
  'ping a b': /Unexpected argument: b/,
  'roster list x y': /Unexpected argument: x/,
  'ping --count many': /--count takes an integer, and not "many"/,
  'ping --count 0': /--count takes an integer greater than or equal to 1, and not "0"/,
  'ping --jid a@b --timeout 5': /--timeout: "5" is not a duration/,
  'ping --jid': /--jid needs a value/,
  'ping --jid a@b --server ftp://b': /ftp:\/\/b/,
  'send a@b x --jid a@b --server ftp://b': /--server: "ftp:\/\/b/,
  'ping --jid a@b --server h.example:5222':
    /--server: "h.example:5222" is not the address of a server/,
  'ping --jid a@b --retry many': /--retry must be a whole number/,
  ping: /No account to sign in as/,
  send: /The recipient is missing/,
  'history list 10 --jid a@b': /"10" is not an address/,
  'roster add': /The argument JID \(contact to add\) is missing/,
  'accounts rename': /The arguments FROM \(its name\) and TO \(its new name\) are missing/,
  'command run ""': /The command is empty/,
  'send a@b x --react y': /--react needs --to-id/,
  'send a@b x --retract canary --replace 2': /--retract and --replace exclude each other/,
  'send a@b --type foo x': /--type takes one of these, and not "foo": chat, normal, headline/,
  [`send a@b --type ${'long'.repeat(30)} x`]: /--type takes one of these/, // oclif wraps at 74 columns
  'send a@b --subjct x': /There is no flag --subjct/,
  unregister: /No account to sign in as/,
  'entirely-different bob@localhost hi': /no command "entirely-different"/,
  'roster frobnicate': /no command "roster frobnicate"/,
  'roster --verbose list': /^xmpp: A word is missing after "xmpp roster"|^A word/,
  'ping --quiet=no': /--quiet takes no value/,
  'send a@b --message x --message y': /--message is given more than once/,
  'send a@b x --type': /--type needs one of these values: chat/,
  'completion ""': /"" is not one of these: bash/,
  'ping --config=': /--config is empty/,
  'help frobnicate': /no command "frobnicate"/,
  '--nope': /no command "--nope"/,
}

const env = {...environment(), HOME: '/dev/null/none', XMPP_PASSWORD: 'secret'}

describe('a mistake on the command line', () => {
  for (const [words, sentence] of Object.entries(MISTAKES)) {
    it(`xmpp ${words}: 2, with a sentence`, async () => {
      const {status, stderr, stdout} = await runXmpp(words, env)
      assert.deepEqual([status, stdout], [2, ''])
      assert.match(stderr, sentence)
      assert.match(stderr, /^xmpp: [^\n]+[^.\n]\n( {6}\S[^\n]+\n)?$/, 'a sentence and a hint')
    })

    it(`xmpp ${words} --json: 2, with one document and a sentence`, async () => {
      const {status, stderr, stdout} = await runXmpp(`${words} --json`, env)
      assert.equal(status, 2)
      assert.match(stderr, sentence)
      assert.match(stderr, /^xmpp: [^\n]+[^.\n]\n( {6}\S[^\n]+\n)?$/, 'a sentence and a hint')
      const document = JSON.parse(stdout)
      assertMatchesSchema(document, 'error')
      assert.match(document.error.message, sentence)
    })
  }

  it('an empty JID is not the default', async () => {
    for (const words of ['command run uptime ""', 'history list ""', 'roster list --jid ""']) {
      const {status, stderr} = await runXmpp(words, {...env, XMPP_JID: 'a@localhost'})
      assert.equal(status, 65, words)
      assert.match(stderr, /"" is not a JID/, words)
    }
  })

  for (const flags of ['--json --quiet', '--json -q', '--json -vq'])
    it(`leaves stderr empty with ${flags}`, async () => {
      const {status, stderr, stdout} = await runXmpp(`ping --nope ${flags}`, env)
      assert.deepEqual([status, stderr], [2, ''])
      assertMatchesSchema(JSON.parse(stdout), 'error')
    })

  it('has only documented keys in JSON: no argv, no environment', async () => {
    const {stdout} = await sh('xmpp ping canary-argument another --json', {
      ...env,
      XMPP_PASSWORD: 'canary-password',
    })
    assert.doesNotMatch(stdout, /canary/)
  })

  it('has a suggestion, and runs nothing', async () => {
    const {stderr} = await sh('xmpp snd bob@localhost hi', env)
    assert.equal(stderr, 'xmpp: There is no command "snd"\n      Did you mean "xmpp send"?\n')
  })

  it('says how a text that begins with a hyphen is written', async () => {
    const {stderr} = await sh('xmpp send a@b -hi', env)
    assert.match(stderr, /^ {6}If it is the text, write it after -m: -m "-hi"$/m)
  })

  it('says that flags follow the command', () => {
    for (const flag of ['--json', '--timeout=5s', '-v'])
      assert.match(unknownCommand([flag], ['send']).hint ?? '', /^Flags follow the command/, flag)
    assert.equal(unknownCommand(['json'], ['send']).hint, 'See xmpp help')
  })

  it('names the words that are only the beginning of a command', () => {
    const {message, hint} = unknownCommand(['room', 'subject'], ['room:subject:get'])
    assert.equal(message, 'A word is missing after "xmpp room subject"')
    assert.equal(hint, 'See xmpp help room subject')
  })

  it('has no suggestion without a similar name', async () => {
    const {stderr} = await sh('xmpp roster frobnicate', env)
    assert.match(stderr, /See xmpp help/)
  })

  it('treats --json after -- as a word', async () => {
    const {stderr, stdout} = await sh('xmpp ping -- a --json', env)
    assert.equal(stdout, '')
    assert.match(stderr, /Unexpected argument: --json/)
  })

  it('accepts a flag with several values before the argument', async () => {
    const {stderr} = await sh('xmpp roster add --group Friends bob@localhost', env)
    assert.match(stderr, /No account to sign in as/, 'the words were understood')
  })

  it('works without a home, from a folder that cannot be written to', async () => {
    const {status, stdout} = await sh('cd /proc && xmpp --version', {PATH: environment().PATH})
    assert.equal(status, 0)
    assert.match(stdout, /^xmpp-cli\/\d+\.\d+\.\d+ /)
  })

  it('works with a home that cannot be written to', async () => {
    const {PATH} = environment()
    const {status} = await sh('xmpp --version', {PATH, HOME: '/proc/none'})
    assert.equal(status, 0)
  })
})
