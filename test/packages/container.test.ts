/** The root file system of the container image, as the root of a process: read-only, and without rights. */
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
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
    // As a volume adds one.
    copyFileSync(server.ca, path.join(rootfs, 'etc/ssl/certs/company.crt'))
  })
  after(async () => {
    await server?.stop()
    rmSync(folder, {recursive: true})
  })

  /** @param home the folder that is mounted as the home folder */
  function run(
    words: string,
    {as = user, env = {}, home}: {as?: string; env?: NodeJS.ProcessEnv; home?: string} = {},
  ): Promise<Outcome> {
    const {jid, password} = server.account('alice')
    const XMPP_SERVER = `xmpps://127.0.0.1:${server.tlsPort}`
    const inside = [
      `mount --rbind '${rootfs}' '${rootfs}'`,
      `mount --rbind /proc '${rootfs}/proc'`,
      `mount -o remount,bind,ro '${rootfs}'`,
      ...(home ? [`mount --bind '${home}' '${rootfs}/home/xmpp'`] : []),
      `exec env ${variables} chroot ${isRoot ? `--userspec=${as}` : ''} '${rootfs}' ${entry} ${words}`,
    ]
    const outside = {PATH: process.env.PATH, XMPP_JID: jid, XMPP_PASSWORD: password, XMPP_SERVER}
    return sh(`unshare ${namespace} sh -c "${inside.join(' && ')}"`, {...outside, ...env})
  }

  it('sends a message, and trusts the certificate authorities in its folder', async () => {
    const {status, stderr, stdout} = await run('send bob@localhost hello --json')
    assert.deepEqual([status, stderr], [0, ''])
    assert.equal(JSON.parse(stdout).messages[0].state, 'accepted')
  })

  it('changes nothing', async () => {
    assert.equal((await run('--version')).status, 0)
    assert.ok(!existsSync(path.join(rootfs, 'home/xmpp/.local')))
  })

  it('trusts no other certificate authority', async () => {
    const {status} = await run('whoami', {env: {SSL_CERT_DIR: '/tmp'}})
    assert.equal(status, 76)
  })

  it('signs in with the token that an earlier run left in a volume', async () => {
    const home = path.join(folder, 'home')
    execFileSync('cp', ['-a', path.join(rootfs, 'home/xmpp'), home])
    const first = await run('send bob@localhost hello', {home})
    assert.deepEqual([first.status, first.stderr], [0, ''])
    const {stdout} = await run('whoami --json', {home, env: {XMPP_PASSWORD: ''}})
    assert.match(JSON.parse(stdout).mechanism, /^HT-/)
  })

  it('names a variable when no temporary file can be created', async () => {
    const {status, stderr} = await run('upload - <Dockerfile')
    assert.equal(status, 73)
    assert.match(stderr, /a temporary file in \/tmp: read-only file system\n +Set TMPDIR /)
  })

  it('refuses commands that need a shell', async () => {
    const {status, stderr} = await run('listen --exec true')
    assert.equal(status, 78)
    assert.match(stderr, /^xmpp: Commands cannot be run: \/bin\/sh: no such file or directory\n/)
  })

  it('runs as a user that has no entry', async () => {
    const {status, stderr} = await run('config path', {as: '1234:1234'})
    assert.deepEqual([status, stderr], [0, ''])
  })

  it('has no other program, and none with the rights of its owner', () => {
    assert.deepEqual(readdirSync(path.join(rootfs, 'usr/bin')), ['xmpp'])
    for (const name of ['bin', 'sbin', 'usr/sbin']) assert.ok(!existsSync(path.join(rootfs, name)))
    assert.equal(execFileSync('find', [rootfs, '-perm', '/6000'], {encoding: 'utf8'}), '')
  })

  it('has the licences of its libraries, and their versions for scanners', () => {
    const packages = readdirSync(path.join(rootfs, 'var/lib/dpkg/status.d'))
    for (const name of ['ca-certificates', 'libc6', 'libstdc++6'])
      assert.ok(packages.includes(name), name)
    for (const name of packages) {
      const status = readFileSync(path.join(rootfs, 'var/lib/dpkg/status.d', name), 'utf8')
      assert.ok(status.startsWith(`Package: ${name}\n`))
      assert.match(status, /^Version: \S+$/m)
      assert.ok(statSync(path.join(rootfs, 'usr/share/doc', name, 'copyright')).size > 0)
    }
  })

  it('is made by the script that the Dockerfile runs, and its user owns the home folder', () => {
    assert.match(dockerfile, /sh scripts\/packages\/rootfs\.sh \/out\/xmpp-\*64 \/rootfs/)
    assert.notEqual(user.split(':', 1)[0], '0')
    assert.ok(dockerfile.includes(`\nCOPY --from=build --chown=${user} /rootfs/home /home\n`))
  })

  it('has labels with the version and the description of the package', () => {
    const {description, version} = JSON.parse(read('package.json'))
    assert.ok(dockerfile.includes(`.version="${version}"`))
    assert.ok(dockerfile.includes(`.description="${description}"`))
  })

  it('is built from files that exist', () => {
    const [, ...names] = read('.dockerignore')
      .split('\n!')
      .map((name) => name.trim())
    assert.ok(names.includes('package-lock.json'))
    for (const name of names) assert.ok(existsSync(path.join(ROOT, name)), name)
  })
})
