import assert from 'node:assert/strict'
import {once} from 'node:events'
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, finish, start} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {Screen} from '../support/screen.ts'
import type {TestServer} from '../support/server.ts'
import {connectProfanity, hasProfanity, openProfanity} from './peer.ts'

/** Another implementation, on a terminal: each side shows the other. Bob uses profanity. */
describe('profanity and xmpp', function () {
  this.timeout(60_000)
  let server: TestServer
  let screen: Screen

  const alice = async (command: string): Promise<string> => {
    const {status, stderr, stdout} = await runXmpp(command, environment(server, 'alice'))
    assert.equal(status, 0, `$ xmpp ${command}\n${stdout}${stderr}`)
    return stdout
  }

  /** Repeats the command until its output matches: a message needs a moment to arrive. */
  const aliceSees = async (command: string, pattern: RegExp): Promise<void> => {
    let seen = ''
    for (let tries = 0; tries < 10 && !pattern.test(seen); tries++) seen = await alice(command)
    assert.match(seen, pattern)
  }

  before(async function () {
    if (!hasProfanity()) this.skip()
    server = await startProsody({users: ['alice', 'bob']})
    screen = await openProfanity(server, server.dir)
  })
  after(async () => {
    await screen?.close()
    await server?.stop()
  })

  it('subscribe to each other', async () => {
    await alice('roster add bob@localhost --message "It is Alice"')
    await screen.sees(/authorization request from alice@localhost/)
    await screen.type('/sub allow alice@localhost')
    await screen.sees(/Accepted subscription for alice/)
    await screen.type('/sub request alice@localhost')
    await aliceSees('presence requests', /^bob@localhost\t/)
    await alice('presence approve bob@localhost')
    await screen.sees(/Subscription received from alice@localhost/)
    await aliceSees('roster list', /^bob@localhost\t.*\tboth\t/)
  })

  it('see the presence of each other', async () => {
    // It shows no presence if the roster was empty at its sign-in.
    await screen.type('/disconnect')
    await screen.sees(/logged out/)
    await screen.type('/clear')
    await connectProfanity(server, screen)
    const command =
      'exec xmpp presence set --show dnd --status "very busy" --hold --farewell "so long"'
    const holder = start(command, environment(server, 'alice'))
    const held = finish(holder)
    await screen.sees(/alice@localhost .*is dnd, "very busy"/)
    holder.kill('SIGTERM')
    await screen.sees(/alice@localhost .*is offline, "so long"/)
    assert.equal((await held).status, 143)

    await screen.type('/status set away "lunch time"')
    await aliceSees('presence get bob@localhost', /\taway\t0\t\S+\tlunch time$/m)
  })

  it('listen prints a message of profanity', async () => {
    const command = 'xmpp listen --json --include message --count 1 --timeout 50s'
    const listening = start(command, environment(server, 'alice'))
    const shown = finish(listening)
    await once(listening.stdout ?? listening, 'data') // it is ready
    await screen.type('/receipts request on')
    await screen.type('/msg alice@localhost Grüße from a terminal')
    const {status, stdout} = await shown
    assert.equal(status, 0)
    const [, message] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.equal(message.body, 'Grüße from a terminal')
    assert.equal(message.from.split('/')[0], 'bob@localhost')
    assert.equal(message.receiptRequested, true)
  })

  it('listen prints and saves a file of profanity', async () => {
    const {dir} = server
    writeFileSync(path.join(dir, 'rabbit.txt'), 'late again')
    const flags = `--include message --count 1 --timeout 50s --save-files ${dir}/inbox`
    mkdirSync(path.join(dir, 'inbox'))
    const listening = start(`xmpp listen --json ${flags}`, environment(server, 'alice'))
    const shown = finish(listening)
    await once(listening.stdout ?? listening, 'data') // it is ready
    await screen.type('/msg alice@localhost')
    await screen.type(`/sendfile ${dir}/rabbit.txt`)
    const {status, stdout} = await shown
    assert.equal(status, 0, stdout)
    const [, message, file] = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    assert.match(message.oob.url, /^https:.*rabbit\.txt$/)
    assert.equal(readFileSync(file.path, 'utf8'), 'late again')
  })

  it('show the vCards of each other', async () => {
    await alice('vcard set --set fn="Alice Liddell" --set nickname=Ali')
    await screen.type('/msg alice@localhost')
    await screen.type('/vcard get')
    await screen.sees(/Alice Liddell.*Nickname: Ali/s)

    await screen.type('/vcard')
    await screen.sees(/vCard bob@localhost/)
    await screen.type('/vcard set fullname Robert')
    await screen.sees(/Full name: Robert/)
    await screen.type('/vcard save')
    await screen.type('/win 1')
    await screen.sees(/vCard uploaded/)
    assert.match(await alice('vcard get bob@localhost'), /^fn\tRobert$/m)
  })
})
