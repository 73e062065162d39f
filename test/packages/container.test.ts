/** The root file system of the container image, as the root of a process: read-only, and without rights. */
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {copyFileSync, existsSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {type Outcome, sh} from '../support/cli.ts'
import {buildExecutable} from '../support/executable.ts'
import {startProsody} from '../support/prosody.ts'
import {ROOT, read} from '../support/repository.ts'
import type {TestServer} from '../support/server.ts'

const dockerfile = read('Dockerfile')
const [, user = ''] = /^USER (\d+:\d+)$/m.exec(dockerfile) ?? []
const [, variables = ''] = /^ENV (.+)$/m.exec(dockerfile) ?? []
const [, entry = ''] = /^ENTRYPOINT \["(.+)"\]$/m.exec(dockerfile) ?? []

// Other users than root may do this in a namespace of their own, where they are no other user.
const isRoot = process.getuid?.() === 0
const namespace = isRoot ? '--mount' : '--mount --user --map-root-user'

describe('the container image', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xmpp-container-'))
  const rootfs = path.join(folder, 'rootfs')
  let server: TestServer

  before(async function () {
    this.timeout(300_000)
    const probe = spawnSync('sh', ['-c', `unshare ${namespace} true`], {encoding: 'utf8'})
    assert.equal(probe.status, 0, `This test needs root, or namespaces of users: ${probe.stderr}`)
    const executable = buildExecutable(folder)
    execFileSync('sh', [path.join(ROOT, 'scripts/packages/rootfs.sh'), executable, rootfs])
    server = await startProsody({users: ['alice', 'bob']})
    // A volume in place of the certificate authorities of the image.
    copyFileSync(server.ca, path.join(rootfs, 'etc/ssl/certs/ca-certificates.crt'))
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, {recursive: true})
  })

  function run(words: string, as = user): Promise<Outcome> {
    const {jid, password} = server.account('alice')
    const XMPP_SERVER = `xmpps://127.0.0.1:${server.tlsPort}`
    const inside = [
      `mount --rbind '${rootfs}' '${rootfs}'`,
      `mount --rbind /proc '${rootfs}/proc'`,
      `mount -o remount,bind,ro '${rootfs}'`,
      `exec env ${variables} chroot ${isRoot ? `--userspec=${as}` : ''} '${rootfs}' ${entry} ${words}`,
    ]
    const env = {PATH: process.env.PATH, XMPP_JID: jid, XMPP_PASSWORD: password, XMPP_SERVER}
    return sh(`unshare ${namespace} sh -c "${inside.join(' && ')}"`, env)
  }

  it('sends a message, and trusts the certificate authorities of the image', async () => {
    const {status, stderr, stdout} = await run('send bob@localhost hello --json')
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(JSON.parse(stdout).messages[0].state, 'accepted')
  })

  it('changes nothing', async () => {
    assert.equal((await run('--version')).status, 0)
    assert.ok(!existsSync(path.join(rootfs, 'home/xmpp/.local')))
  })

  it('runs as a user that has no entry', async () => {
    const {status, stderr} = await run('config path', '1234:1234')
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('has no shell', () => {
    assert.ok(!existsSync(path.join(rootfs, 'bin/sh')))
  })

  it('is made by the script that the Dockerfile runs', () => {
    assert.match(dockerfile, /sh scripts\/packages\/rootfs\.sh \/out\/xmpp-\*64 \/rootfs/)
    assert.notEqual(user.split(':', 1)[0], '0')
  })
})
