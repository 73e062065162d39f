import assert from 'node:assert/strict'
import {xml} from '../../src/xml.ts'
import {atTerminal} from '../cli/terminal.ts'
import {environment, run, sh} from '../support/cli.ts'
import {openClient} from '../support/client.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

describe('ask', function () {
  this.timeout(60_000)
  let server: TestServer
  before(async () => {
    server = await startProsody({users: ['alice', 'bob', 'carol']})
  })
  after(() => server.stop())

  it('shows on a terminal the users that it waits for, and those that have answered', async () => {
    const bob = await openClient(server, 'bob')
    const carol = await openClient(server, 'carol')
    try {
      const questions = [bob, carol].map((client) => client.receives('Deploy? (yes/no)'))
      await atTerminal(
        'xmpp ask bob@localhost carol@localhost "Deploy?" --need 2',
        environment(server, 'alice'),
        async ({see}) => {
          await see(/[⠋-⠿] Waiting for an answer from bob@localhost, carol@localhost/)
          const [question] = await Promise.all(questions)
          await bob.says(question?.attrs.from, xml('body', {}, 'yes'))
          await see(/bob@localhost: yes\n+ *[⠋-⠿] Waiting/)
          await carol.says(question?.attrs.from, xml('body', {}, 'no'))
          const screen = await see(/exit 3/)
          assert.match(screen, /bob@localhost: yes\n+carol@localhost: no\n+no\n+.*exit 3/s)
          assert.doesNotMatch(screen, /Waiting/)
        },
      )
    } finally {
      await Promise.all([bob.close(), carol.close()])
    }
  })

  it('reads the question from standard input, and the recipient from XMPP_TO', async () => {
    const bob = await openClient(server, 'bob')
    try {
      const question = bob.receives('Deploy these?')
      const env = {...environment(server, 'alice'), XMPP_TO: 'bob@localhost'}
      const asking = run('printf "Deploy these?\\none\\ntwo\\n" | xmpp ask -', env)
      const {attrs} = await question
      assert.equal((await question).getChildText('body'), 'Deploy these?\none\ntwo\n(yes/no)')
      await bob.says(attrs.from, xml('body', {}, 'yes'))
      assert.deepEqual(await asking.outcome, {
        ...{status: 0, signal: null, stderr: ''},
        stdout: 'yes\n',
      })
    } finally {
      await bob.close()
    }
  })

  it('refuses a question that is larger than the limit of the server', async () => {
    const question = 'head -c 300000 /dev/zero | tr "\\0" a'
    const {status, stderr} = await sh(
      `${question} | xmpp ask bob@localhost -`,
      environment(server, 'alice'),
    )
    assert.equal(status, 65)
    assert.match(stderr, /The message has \d+ bytes.*\n {6}Shorten the question/)
  })

  for (const [words, sentence] of [
    ['bob@localhost', /There is no question to send/],
    ['bob@localhost Deploy? --need 0', /--need/],
    ['bob@localhost Deploy? --choice yes --any-text', /--any-text|--choice/],
    ['bob@localhost Deploy? --affiliation member', /--room/],
    ['bob@localhost Deploy? --choice " "', /A choice is empty/],
    ['bob@localhost bob@localhost Deploy? --need 2', /1 person is asked/],
    ['bob@localhost -m Deploy? now', /"now" is not a recipient/],
  ] as const)
    it(`refuses ${words}`, async () => {
      const {status, stderr, stdout} = await runXmpp(`ask ${words}`, environment(server, 'alice'))
      assert.match(stderr, sentence)
      assert.ok(status === 2 || status === 65, stderr)
      assert.equal(stdout, '')
    })
})
