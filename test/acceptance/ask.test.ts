/** `xmpp ask`: the ways to answer, and the users that may answer, on real servers. */
import assert from 'node:assert/strict'
import {type Element, xml} from '../../src/xml.ts'
import {environment, type Outcome, run, sh} from '../support/cli.ts'
import {type Client, openClient} from '../support/client.ts'
import {listenedBodies} from '../support/events.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const body = (text: string): Element => xml('body', {}, text)
const replyTo = (id: string): Element => xml('reply', {xmlns: 'urn:xmpp:reply:0', id})
const reaction = (id: string, emoji: string): Element =>
  xml('reactions', {xmlns: 'urn:xmpp:reactions:0', id}, xml('reaction', {}, emoji))

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
}))
  describe(`ask on ${name}`, function () {
    this.timeout(60_000)
    let server: TestServer
    let bob: Client
    let carol: Client
    let serial = 0
    let asker: string
    before(async () => {
      server = await startServer({users: ['bob', 'carol']})
      bob = await openClient(server, 'bob')
      carol = await openClient(server, 'carol')
    })
    after(async () => {
      await Promise.all([bob?.close(), carol?.close()])
      await server.stop()
    })
    beforeEach(async () => {
      asker = `alice-${serial++}`
      await server.addUsers([asker])
    })

    const ask = (words: string): Promise<Outcome> =>
      runXmpp(`ask --json ${words}`, environment(server, asker))
    const resultOf = async (asking: Promise<Outcome>, status: number) => {
      const outcome = await asking
      assert.equal(outcome.status, status, outcome.stdout + outcome.stderr)
      const result = JSON.parse(outcome.stdout)
      assertMatchesSchema(result, 'ask')
      return {...result, stderr: outcome.stderr}
    }
    /** Asserts that the next `listen` of the asking account prints these messages, each once, and then a new one. */
    const assertPrinted = async (bodies: string[]): Promise<void> => {
      const printed = (count: number): Promise<string[]> =>
        listenedBodies(
          `--include message --count ${count} --timeout 20s`,
          environment(server, asker),
        )
      if (bodies.length > 0) assert.deepEqual(await printed(bodies.length), bodies)
      await bob.says(`${asker}@localhost`, body('new'))
      assert.deepEqual(await printed(1), ['new'])
    }

    /** Asks bob, and answers with these children. */
    const answered = async (status: number, children: (question: Element) => Element[]) => {
      const question = bob.receives('Deploy? (yes/no)')
      const asking = ask('bob@localhost "Deploy?"')
      const {attrs} = await question
      const closed = bob.receives('Answered by bob@localhost')
      await bob.says(attrs.from, ...children(await question))
      const result = await resultOf(asking, status)
      assert.equal(result.answers[0].from, 'bob@localhost')
      const correction = await closed
      assert.equal(correction.getChild('replace')?.attrs.id, attrs.id)
      assert.equal(result.question.id, attrs.id)
      return {result, correction}
    }

    it('counts a word, and corrects the question', async () => {
      const {correction, result} = await answered(0, () => [body(' YES\n')])
      assert.equal(result.decided, 'yes')
      assert.equal(correction.getChildText('body'), 'Deploy?\n\nAnswered by bob@localhost: yes')
      await assertPrinted([])
    })

    it('counts a reply', async () => {
      const {result} = await answered(3, ({attrs}) => [body('no'), replyTo(attrs.id)])
      assert.equal(result.decided, 'no')
    })

    it('counts a message in its thread', async () => {
      await answered(0, (question) => [
        body('yes'),
        xml('thread', {}, question.getChildText('thread') ?? ''),
      ])
    })

    it('counts a reaction', async () => {
      const {result} = await answered(3, ({attrs}) => [reaction(attrs.id, '👎🏽')])
      assert.equal(result.answers[0].text, '👎🏽')
    })

    it('counts a quick response', async () => {
      await answered(0, (question) => {
        const [yes] = question.getChildren('response', 'urn:xmpp:tmp:quick-response')
        return [body(yes?.attrs.value)]
      })
    })

    it('counts a selected action', async () => {
      await answered(3, (question) => {
        const [, no] = question.getChildren('action', 'urn:xmpp:tmp:quick-response')
        return [
          xml('action-selected', {xmlns: 'urn:xmpp:tmp:quick-response', id: no?.attrs.id}),
          xml('store', {xmlns: 'urn:xmpp:hints'}),
        ]
      })
    })

    it('ignores other users, earlier messages and other subjects, and keeps them for listen', async () => {
      const to = `${asker}@localhost`
      await bob.says(to, body('yes'))
      const question = bob.receives('Deploy? (yes/no)')
      const words = 'ask bob@localhost "Deploy?" --timeout 20s --json'
      const asking = sh(`exec xmpp ${words}`, environment(server, asker)) // what it saves must survive its end
      const {attrs} = await question
      await carol.says(attrs.from, body('yes'), replyTo(attrs.id))
      await carol.says(to, body('no'))
      await bob.says(to, body('no'), replyTo('another message'))
      await bob.says(attrs.from, body('lunch?'))
      await bob.says(to, body('yes'), replyTo(attrs.id))
      const {answers} = await resultOf(asking, 0)
      assert.deepEqual(
        answers.map(({choice, from}: {choice: string; from: string}) => [from, choice]),
        [['bob@localhost', 'yes']],
      )
      await carol.says(to, body('later'))
      await assertPrinted(['yes', 'yes', 'no', 'no', 'lunch?', 'later'])
    })

    it('closes the question at the end of its time', async () => {
      const closed = bob.receives('Closed: not answered in time')
      const {decided, stderr} = await resultOf(ask('bob@localhost "Deploy?" --timeout 3s'), 124)
      await closed
      assert.equal(decided, null)
      assert.match(stderr, /^xmpp: No answer arrived within 3 s\n$/)
      await bob.says(`${asker}@localhost`, body('yes'))
      await assertPrinted(['yes'])
    })

    it('withdraws the question after a signal', async () => {
      const question = bob.receives('Deploy? (yes/no)')
      const asking = run('exec xmpp ask bob@localhost "Deploy?" --json', environment(server, asker))
      await question
      const closed = bob.receives('Withdrawn')
      asking.child.kill('SIGINT')
      await resultOf(asking.outcome, 130)
      await closed
    })

    it('requires the consent of several users', async () => {
      const questions = Promise.all([
        bob.receives('Deploy? (yes/no)'),
        carol.receives('Deploy? (yes/no)'),
      ])
      const asking = ask('bob@localhost carol@localhost "Deploy?" --need 2')
      const [{attrs}] = await questions
      await bob.says(attrs.from, body('yes'))
      await bob.says(attrs.from, body('yes'))
      const closed = bob.receives(/Answered by bob@localhost, carol@localhost: yes/)
      await carol.says(attrs.from, body('yes'))
      assert.equal((await resultOf(asking, 0)).answers.length, 2)
      await closed
    })

    it('counts the correction of an answer', async () => {
      const questions = Promise.all([
        bob.receives('Deploy? (yes/no)'),
        carol.receives('Deploy? (yes/no)'),
      ])
      const asking = ask('bob@localhost carol@localhost "Deploy?" --need 2')
      const [{attrs}] = await questions
      const answer = xml('message', {to: attrs.from, type: 'chat', id: 'first'}, body('yes'))
      await bob.stanzas.sendConfirmed(answer)
      const replace = xml('replace', {xmlns: 'urn:xmpp:message-correct:0', id: 'first'})
      await bob.says(attrs.from, body('no'), replace)
      const {answers, decided} = await resultOf(asking, 3)
      assert.deepEqual([answers.length, decided], [1, 'no'])
    })

    it('names the recipients that did not receive the question', async () => {
      const all = await ask('nobody@localhost "Deploy?"')
      assert.equal(all.status, 69, all.stderr)
      const question = bob.receives('Deploy? (yes/no)')
      const asking = ask('nobody@localhost bob@localhost "Deploy?"')
      const {attrs} = await question
      await bob.says(attrs.from, body('yes'))
      const {failures, stderr} = await resultOf(asking, 0)
      assert.equal(failures[0].to, 'nobody@localhost')
      assert.match(stderr, /^xmpp: nobody@localhost: /)
    })

    it('ends when too few recipients have the question, and closes it', async () => {
      const closed = bob.receives('Closed: not enough people were asked')
      const {failures, stderr} = await resultOf(
        ask('nobody@localhost bob@localhost "Deploy?" --need 2'),
        69,
      )
      await closed
      assert.deepEqual(
        failures.map(({to}: {to: string}) => to),
        ['nobody@localhost'],
      )
      assert.match(stderr, /^xmpp: nobody@localhost: /)
    })

    it('counts any text with --any-text', async () => {
      const question = bob.receives('Which version?')
      const words = 'ask bob@localhost "Which version?" --any-text'
      const asking = runXmpp(words, environment(server, asker))
      const {attrs} = await question
      await bob.says(attrs.from, body('2.1\nor 2.2'))
      assert.deepEqual(await asking, {
        ...{status: 0, signal: null, stderr: ''},
        stdout: '2.1\nor 2.2\n',
      })
    })
  })
