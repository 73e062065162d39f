/** Uploads to the services of both servers. */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {createHash, randomBytes} from 'node:crypto'
import {readFileSync, rmSync, truncateSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import {assertMatchesSchema} from '../support/schema.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

const PEAK = path.join(import.meta.dirname, '../bench/peak.cjs')
const MIB = 1024 * 1024
const SIZE = 64 * MIB
const ZEROS = '3b6a07d0d404fab4e23b6d34bc6696a6a312dd92821332385e5af7c01c421351' // SHA-256
const users = ['alice', 'bob', 'carol']

for (const [name, {limit, startServer}] of Object.entries({
  prosody: {limit: SIZE, startServer: () => startProsody({users, uploadLimit: SIZE})},
  ejabberd: {limit: 100 * MIB, startServer: () => sharedEjabberd({users})},
}))
  describe(`upload to ${name}`, function () {
    this.timeout(120_000)
    let server: TestServer
    before(async () => {
      server = await startServer()
    })
    after(() => server.stop())

    const run = (words: string) => runXmpp(words, environment(server, 'alice'), '', server.dir)
    const upload = (words: string) => run(`upload ${words} --json`)
    /** A sparse file. */
    const writeZeros = (name: string, size: number): string => {
      const file = path.join(server.dir, name)
      writeFileSync(file, '')
      truncateSync(file, size)
      return file
    }

    const download = (url: string): Buffer =>
      execFileSync('curl', ['--silent', '--fail', '--cacert', server.ca, url], {
        maxBuffer: 2 * SIZE,
      })

    // The server has no part in this.
    if (name === 'prosody')
      it('64 MiB in flat memory', async () => {
        const zeros = writeZeros('zeros', SIZE)
        const peak = path.join(server.dir, 'peak')
        const env = {NODE_OPTIONS: `--require=${PEAK}`, PEAK_FILE: peak}
        const {status, stderr, stdout} = await sh(`xmpp upload ${zeros} --json`, {
          ...environment(server, 'alice'),
          ...env,
        })
        assert.equal(status, 0, stderr)
        const [{sha256, size, url}] = JSON.parse(stdout).files
        assert.deepEqual([size, sha256], [SIZE, ZEROS])
        assert.ok(download(url).equals(readFileSync(zeros)))
        assert.ok(Number(readFileSync(peak, 'utf8')) < 150_000, readFileSync(peak, 'utf8'))
        rmSync(zeros)
      })

    it('4 MiB of random bytes', async () => {
      const bytes = randomBytes(4 * MIB)
      writeFileSync(path.join(server.dir, 'random'), bytes)
      const {status, stderr, stdout} = await upload('random')
      assert.equal(status, 0, stderr)
      assert.ok(download(JSON.parse(stdout).files[0].url).equals(bytes))
    })

    it('files with any name', async () => {
      const file = 'très cool & 100% \u{1f600}.txt'
      writeFileSync(path.join(server.dir, file), 'good morning')
      const {status, stderr, stdout} = await upload(`'${file}'`)
      assert.equal(status, 0, stderr)
      const [{name, url}] = JSON.parse(stdout).files
      assert.equal(name, file)
      assert.equal(String(download(url)), 'good morning')
    })

    it('send --attach: the text first, then a message for each file, to each recipient', async () => {
      writeFileSync(path.join(server.dir, 'a.png'), 'not a picture')
      writeFileSync(path.join(server.dir, 'b.txt'), 'good morning')
      const {jid} = server.account('bob')
      const words = `${jid} ${server.account('carol').jid} Look --attach a.png --attach b.txt`
      const sent = await run(`send ${words} --json`)
      assert.equal(sent.status, 0, sent.stderr)
      const {messages} = JSON.parse(sent.stdout)
      assertMatchesSchema({messages}, 'send')
      assert.equal(messages.length, 6)
      const bob = environment(server, 'bob')
      const {stdout} = await runXmpp('listen --json --count 3 --include message --timeout 20s', bob)
      const events = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter(({event}) => event === 'message')
      const expected = messages.filter(({to}: {to: string}) => to === jid)
      assert.deepEqual(
        events.map(({id}) => id),
        expected.map(({id}: {id: string}) => id),
      )
      const [text, ...files] = events
      assert.deepEqual([text.body, text.files], ['Look', []])
      for (const [i, name] of ['a.png', 'b.txt'].entries()) {
        const {body, files: shared, oob} = files[i]
        const [file] = shared
        assert.deepEqual([body, oob.url, file.name], [file.url, file.url, name])
        assert.equal(file.url, expected[i + 1].url)
        const content = readFileSync(path.join(server.dir, name))
        assert.equal(file.sha256, createHash('sha256').update(content).digest('hex'))
        assert.ok(download(file.url).equals(content))
      }
    })

    it('send --attach signs in once, and requests the slot together with the sign-in', async () => {
      writeFileSync(path.join(server.dir, 'c.txt'), 'good morning')
      const words = `${server.account('bob').jid} Look --attach c.txt --debug`
      await run(`send ${words}`) // finds the upload service
      const {status, stderr} = await run(`send ${words}`)
      assert.equal(status, 0, stderr)
      const directions = stderr.match(/-->|<--/g) ?? []
      const flights = directions.filter((arrow, i) => arrow !== directions[i - 1])
      assert.equal(flights.join(' '), '--> <-- --> <-- -->') // the last one closes the stream
    })

    it('a file above the limit of the server: 65', async () => {
      writeZeros('large', limit + 1)
      const {status, stdout} = await upload('large')
      const [{error}] = JSON.parse(stdout).files
      assert.deepEqual([status, error.code], [65, 'too-large'])
      assert.equal(
        error.message,
        `large has ${limit + 1} bytes, and upload.localhost accepts at most ${limit} bytes`,
      )
    })
  })
