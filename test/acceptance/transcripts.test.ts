import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import {startEjabberd} from '../support/ejabberd.ts'
import {startProsody} from '../support/prosody.ts'
import type {TestServer} from '../support/server.ts'
import {matches, parseTranscript} from '../support/transcript.ts'

const here = import.meta.dirname
const pages = readdirSync(here).filter((name) => name.endsWith('.txt'))

/** The server only routes messages on these pages, or has no part in them, so they run on one server. */
const ON_ONE_SERVER = 'accounts ask basics completion listen reference run send-batch serve'.split(
  ' ',
)

/** Each page starts with new users alice and bob; it runs as alice, `as_bob` switches. In command.txt, alice is an administrator. */
for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: startEjabberd,
})) {
  describe(`transcripts on ${name}`, function () {
    this.timeout(120_000)
    let server: TestServer
    before(async () => {
      server = await startServer({admins: ['command-alice']})
    })
    after(() => server.stop())

    for (const page of pages) {
      if (name === 'ejabberd' && ON_ONE_SERVER.includes(path.parse(page).name)) continue
      it(path.parse(page).name, async () => {
        const users = ['alice', 'bob'].map((user) => `${path.parse(page).name}-${user}`)
        await server.addUsers(users)
        const [alice = '', bob = ''] = users
        const env = {
          ...environment(server, alice),
          ALICE: server.account(alice).jid,
          BOB: server.account(bob).jid,
          BOB_PASSWORD: server.account(bob).password,
        }
        const prelude = `cd ${server.dir}\nas_bob() { XMPP_JID=$BOB XMPP_PASSWORD=$BOB_PASSWORD "$@"; }\n`
        for (const step of parseTranscript(readFileSync(path.join(here, page), 'utf8'))) {
          const {status, stderr, stdout} = await sh(`${prelude}${step.command}`, env)
          const output = (stdout + stderr)
            .trimEnd()
            .replaceAll(alice, 'alice')
            .replaceAll(bob, 'bob')
          assert.equal(status, step.status, `$ ${step.command}\n${output}`)
          if (!matches(step.output, output)) assert.equal(output, step.output, `$ ${step.command}`)
        }
      })
    }
  })
}
