/** The first minute of a new user, with an installed command: login, and a message. */
import assert from 'node:assert/strict'
import {mkdtempSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from '../support/cli.ts'
import type {TestServer} from '../support/server.ts'

/** @param bin the folder of the command; Node is not in the PATH, unless it is in that folder or `others` */
export async function assertFirstMessage(
  server: TestServer,
  bin: string,
  others = '/usr/bin:/bin',
): Promise<void> {
  const home = mkdtempSync(path.join(server.dir, 'home-'))
  const env = {
    ...environment(server),
    HOME: home,
    PATH: `${bin}:${others}`,
    XDG_CONFIG_HOME: path.join(home, 'config'),
    XDG_STATE_HOME: path.join(home, 'state'),
  }
  const {jid, password} = server.account('alice')
  const login = await sh(`xmpp login ${jid} --password-file - --store file`, env, password)
  assert.deepEqual([login.status, login.stderr], [0, ''])
  const sent = await sh('xmpp send bob@localhost "Good night, good night" --json', env)
  assert.deepEqual([sent.status, sent.stderr], [0, ''])
  assert.equal(JSON.parse(sent.stdout).messages[0].state, 'accepted')
}
