/** The npm package as a user installs it: no script runs, and few packages come with it. */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {publint} from 'publint'
import {environment, sh} from '../support/cli.ts'
import {runScript} from '../support/executable.ts'
import {startProsody} from '../support/prosody.ts'
import {read} from '../support/repository.ts'
import type {TestServer} from '../support/server.ts'
import {assertFirstMessage} from './first-message.ts'

const MAX_BYTES = 2_000_000
/** The program, the keyring, and the files of the keyring for this system. */
const MAX_PACKAGES = 4

const {dependencies, name, version} = JSON.parse(read('package.json'))
const ROOT_REF = `${name}@${version}`
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

describe('the npm package', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'xmpp-npm-'))
  const folder = path.join(root, 'out')
  const tarball = path.join(folder, `${name}-${version}.tgz`)
  const modules = path.join(folder, 'lib/node_modules')
  const installed = path.join(modules, name)
  let server: TestServer

  before(async function () {
    this.timeout(120_000)
    runScript('scripts/packages/pack.ts', [folder])
    const options = [
      '--ignore-scripts',
      '--prefer-offline',
      '--fetch-retries=0',
      '--no-audit',
      '--no-fund',
    ]
    // npm takes a path without "./" for a repository on GitHub, so the path is the one that README.md gives.
    const [, install = ''] = /^npm (install --global \S+\.tgz)/m.exec(read('README.md')) ?? []
    execFileSync('npm', [...install.split(' '), '--prefix', folder, ...options], {
      cwd: root,
      stdio: 'pipe',
    })
    server = await startProsody({users: ['alice', 'bob']})
  })
  after(async () => {
    await server?.stop()
    rmSync(root, {recursive: true})
  })

  const run = (command: string) => {
    const env = environment(server, 'alice')
    return sh(command, {...env, PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`})
  }

  it(`has at most ${MAX_BYTES} bytes, and no finding of publint`, async () => {
    assert.ok(statSync(tarball).size <= MAX_BYTES)
    const {messages} = await publint({pkgDir: installed, pack: false, strict: true})
    assert.deepEqual(messages, [])
  })

  it('keeps what its users need of package.json, and nothing of the development', () => {
    const {oclif, ...manifest} = readJson(path.join(installed, 'package.json'))
    const repository = JSON.parse(read('package.json'))
    for (const key of ['bin', 'engines', 'license', 'optionalDependencies'])
      assert.deepEqual(manifest[key], repository[key], key)
    assert.deepEqual(oclif, repository.oclif)
    for (const key of ['dependencies', 'devDependencies', 'scripts', 'knip', 'mocha'])
      assert.ok(!(key in manifest), key)
  })

  it('has the documentation, the completions, the schemas and the licences', () => {
    const files = [
      ...['README.md', 'CHANGELOG.md', 'LICENSE', 'dist/licences.txt', 'dist/man/man1/xmpp.1'],
      ...['docs/README.md', 'share/completion/xmpp.bash', 'schemas/send.json'],
    ]
    for (const file of files) assert.ok(existsSync(path.join(installed, file)), file)
    for (const page of markdownIn(installed))
      for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(
        /\]\(([^):]+\.(?:md|txt))/g,
      ))
        assert.ok(existsSync(path.join(path.dirname(page), target)), `${page}: ${target}`)
  })

  it(`installs at most ${MAX_PACKAGES} packages`, () => {
    const found = readdirSync(modules, {recursive: true, encoding: 'utf8'})
      .filter((file) => /(?:^|node_modules\/)(?:@[^/]+\/)?[^@/]+\/package\.json$/.test(file))
      .map((file) => readJson(path.join(modules, file)).name)
    assert.ok(found.includes(name))
    assert.ok(found.length <= MAX_PACKAGES, found.join(', '))
  })

  it('puts the command and the manual pages in their places', async () => {
    const {stdout} = await run('xmpp --version && command -v xmpp')
    assert.equal(stdout.split(' ', 1)[0], `${name}/${version}`)
    assert.ok(stdout.includes(path.join(folder, 'bin/xmpp')))
    for (const page of ['man1/xmpp.1', 'man1/xmpp-send.1', 'man5/xmpp-config.5'])
      assert.ok(existsSync(path.join(folder, 'share/man', page)), page)
    assert.match((await run('xmpp help send')).stdout, /^USAGE\n {2}\$ xmpp send /m)
    assert.match((await run('xmpp completion bash')).stdout, /complete .*xmpp/)
  })

  it('signs in and sends a message', () =>
    assertFirstMessage(server, path.join(folder, 'bin'), process.env.PATH))

  it('comes with an SBOM of the packages whose code it has', () => {
    const sbom = readJson(path.join(folder, `${name}-${version}.cdx.json`))
    assert.deepEqual([sbom.bomFormat, sbom.metadata.component.name], ['CycloneDX', name])
    const listed: {name: string; hashes?: object[]}[] = sbom.components
    assert.ok(!listed.some((component) => component.name === 'mocha'))
    for (const {hashes, name} of listed) assert.ok(hashes, name)
    const {dependsOn} = sbom.dependencies.find((each: {ref: string}) => each.ref === ROOT_REF)
    for (const dependency of Object.keys(dependencies))
      assert.ok(
        dependsOn.some((ref: string) => ref.startsWith(`${dependency}@`)),
        dependency,
      )
  })
})

const markdownIn = (folder: string): string[] =>
  readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter((file) => file.endsWith('.md') && !file.includes('node_modules'))
    .map((file) => path.join(folder, file))
