/** The Debian package, unpacked into a folder. */
import assert from 'node:assert/strict'
import {execFileSync, spawnSync} from 'node:child_process'
import {copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {gunzipSync} from 'node:zlib'
import {runScript} from '../support/executable.ts'
import {startProsody} from '../support/prosody.ts'
import {read} from '../support/repository.ts'
import {assertFirstMessage} from './first-message.ts'

const {version} = JSON.parse(read('package.json'))

/** Those of the packages that deb.ts names, and of the kernel. */
const KNOWN_LIBRARIES =
  /^$|^\s*(?:lib(?:atomic|dl|m|stdc\+\+|gcc_s|pthread|c)\.so|linux-vdso|\/lib\S*\/ld-linux)/

describe('the Debian package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'xmpp-deb-test-'))
  const root = path.join(folder, 'root')
  const file = (name: string): string => path.join(root, name)
  let deb: string

  /** At a fixed time, by a maintainer whose address lintian accepts, and with the fastest compression. */
  function build(name: string): string {
    const env = {
      SOURCE_DATE_EPOCH: '1700000000',
      DEBFULLNAME: 'Juliet',
      DEBEMAIL: 'j@example.org',
      DPKG_DEB_COMPRESSOR_LEVEL: '1',
    }
    return runScript('scripts/packages/deb.ts', [path.join(folder, name)], env).trim()
  }

  before(function () {
    this.timeout(300_000)
    deb = build('first')
    execFileSync('dpkg-deb', ['--extract', deb, root])
  })
  after(() => rmSync(folder, {recursive: true}))

  it('names its version, processor and libraries', () => {
    const fields = execFileSync('dpkg-deb', ['--field', deb], {encoding: 'utf8'})
    const architecture = execFileSync('dpkg', ['--print-architecture'], {encoding: 'utf8'}).trim()
    assert.ok(deb.endsWith(`/xmpp-cli_${version}-1_${architecture}.deb`))
    assert.match(fields, /^Maintainer: Juliet <j@example\.org>$/m)
    const linked = execFileSync('ldd', [file('usr/bin/xmpp')], {encoding: 'utf8'})
    const others = linked.split('\n').filter((line) => !KNOWN_LIBRARIES.test(line))
    assert.deepEqual(others, [])
  })

  it('signs in and sends a message', async () => {
    const server = await startProsody({users: ['alice', 'bob']})
    await assertFirstMessage(server, file('usr/bin')).finally(() => server.stop())
  })

  it('has the manual pages and the completions where the system looks for them', () => {
    const pages = ['man1', 'man5'].flatMap((volume) => readdirSync(file(`usr/share/man/${volume}`)))
    const built = ['man1', 'man5'].flatMap((volume) =>
      readdirSync(path.join(import.meta.dirname, '../../dist/man', volume)),
    )
    assert.deepEqual(
      pages,
      built.map((name) => `${name}.gz`),
    )
    for (const name of [
      'bash-completion/completions/xmpp',
      'fish/vendor_completions.d/xmpp.fish',
      'zsh/vendor-completions/_xmpp',
    ])
      assert.ok(existsSync(file(`usr/share/${name}`)), name)
    const script = file('usr/share/bash-completion/completions/xmpp')
    assert.equal(spawnSync('bash', ['-n', script]).status, 0)
  })

  it('has the licences of all that is in the executable', () => {
    const licences = gunzipSync(
      readFileSync(file('usr/share/doc/xmpp-cli/licences.txt.gz')),
    ).toString()
    for (const name of ['xmpp-cli authors', '@oclif/core ', 'Node.js contributors'])
      assert.ok(licences.includes(name), name)
  })

  it('has no error of lintian', function () {
    this.timeout(120_000)
    // lintian takes half a minute for the executable, and a second for each manual page, which man.test.ts checks.
    const small = path.join(folder, 'small')
    execFileSync('cp', ['-al', root, small]) // links: the executable is large
    execFileSync('dpkg-deb', ['--control', deb, path.join(small, 'DEBIAN')])
    rmSync(path.join(small, 'usr/bin/xmpp'))
    copyFileSync('/bin/true', path.join(small, 'usr/bin/xmpp'))
    const pages = path.join(small, 'usr/share/man/man1')
    for (const page of readdirSync(pages)) if (page !== 'xmpp.1.gz') rmSync(path.join(pages, page))
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', small, `${small}.deb`])
    const words = ['--fail-on', 'error', '--allow-root', `${small}.deb`]
    const {status, stdout} = spawnSync('lintian', words, {encoding: 'utf8'})
    assert.equal(status, 0, stdout)
  })

  it('is the same file when it is built again', function () {
    this.timeout(120_000)
    execFileSync('cmp', [build('second'), deb])
  })
})
