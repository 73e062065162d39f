/** Addresses that servers store although they are not valid JIDs: they can be listed, exported, imported and removed. */
import assert from 'node:assert/strict'
import {environment} from '../support/cli.ts'
import {startProsody} from '../support/prosody.ts'
import {runXmpp} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'
import {sharedEjabberd} from '../support/shared-ejabberd.ts'

/** Both servers store these unchanged. */
const HELD = [
  '-dash.org',
  'foo@[bad]',
  'foo@bar.co,',
  'foo@bar.org:5222',
  'foo@exa_mple.com',
  'foo@xn--zz.org',
  'x@xn--bcher-kva.org',
  '☃@bar.org',
]
/** Prosody removes the dot, and ejabberd refuses the empty label. */
const ODD = {prosody: 'bar..org', ejabberd: 'foo@bar.org.'}

for (const [name, startServer] of Object.entries({
  prosody: startProsody,
  ejabberd: sharedEjabberd,
})) {
  describe(`addresses that ${name} stores and RFC 7622 does not allow`, function () {
    this.timeout(60_000)
    let server: TestServer
    before(async () => {
      server = await startServer({users: ['alice']})
    })
    after(() => server.stop())

    const held = [...HELD, ODD[name as keyof typeof ODD]].sort()
    const words = held.map((jid) => `'${jid}'`).join(' ')

    async function xmpp(topic: string, rest = '', input = '') {
      const {status, stderr, stdout} = await runXmpp(
        `${topic} --json ${rest}`,
        environment(server, 'alice'),
        input,
      )
      assert.equal(status, 0, stdout + stderr)
      return JSON.parse(stdout)
    }
    const states = (items: {jid: string; state: string}[]): string[][] =>
      items.map(({jid, state}) => [jid, state])

    it('are imported, listed, exported, removed, and imported from the export', async () => {
      const contacts = held.map((jid) => ({jid, name: 'odd', groups: ['Old']}))
      const added = held.map((jid) => [jid, 'added'])
      assert.deepEqual(
        states((await xmpp('roster import', '-', JSON.stringify(contacts))).contacts),
        added,
      )
      const listed = await xmpp('roster list')
      assert.deepEqual(
        listed.contacts.map(({jid}: {jid: string}) => jid),
        held,
      )
      const backup = await xmpp('roster export')
      const again = (await xmpp('roster import', '-', JSON.stringify(backup))).contacts
      assert.deepEqual(
        states(again),
        held.map((jid) => [jid, 'unchanged']),
      )
      assert.deepEqual(
        states((await xmpp('roster remove', `--yes -- ${words}`)).contacts),
        held.map((jid) => [jid, 'removed']),
      )
      assert.deepEqual((await xmpp('roster list')).contacts, [])
      assert.deepEqual(
        states((await xmpp('roster import', '-', JSON.stringify(backup))).contacts),
        added,
      )
      assert.deepEqual((await xmpp('roster export')).contacts, backup.contacts)
    })

    it('are blocked and unblocked', async () => {
      const blocked = held.map((jid) => jid.replace(/\.$/, '').replace('xn--bcher-kva', 'bücher'))
      assert.deepEqual(
        states((await xmpp('block add', `-- ${words}`)).items),
        blocked.map((jid) => [jid, 'blocked']),
      )
      assert.deepEqual((await xmpp('block list')).blocked, [...blocked].sort())
      assert.deepEqual(
        states((await xmpp('block remove', `-- ${words}`)).items),
        held.map((jid) => [jid, 'unblocked']),
      )
      assert.deepEqual((await xmpp('block list')).blocked, [])
    })
  })
}
