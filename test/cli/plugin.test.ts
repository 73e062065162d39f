/** `xmpp` is an ordinary oclif program: the manifest, the hooks and the commands are where oclif expects them. */
import assert from 'node:assert/strict'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {Config, Plugin} from '@oclif/core'
import {sharedFlags} from '../../src/cli/flags.ts'
import {environment, type Outcome, sh} from '../support/cli.ts'

const ROOT = path.join(import.meta.dirname, '../..')
const PLUGIN = 'xmpp-plugin-hello'

const readJson = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'))

describe('oclif', () => {
  it('loads all commands, topics and the hook without the start code of the program', async () => {
    const config = await Config.load(ROOT)
    const {commands, version} = readJson('oclif.manifest.json')
    assert.deepEqual(config.commandIDs.toSorted(), Object.keys(commands).toSorted())
    assert.equal(version, config.version)
    const command = await config.findCommand('config:path', {must: true}).load()
    assert.equal(command.id, 'config:path')
    await assert.rejects(config.runCommand('sned', ['x']), /There is no command "sned"/)
  })

  it('writes the same manifest again, with the flags that all commands share', async () => {
    const plugin = new Plugin({ignoreManifest: true, isRoot: true, root: ROOT})
    await plugin.load()
    const written = JSON.parse(JSON.stringify(plugin.manifest))
    for (const {flags} of Object.values<{flags: object}>(written.commands))
      for (const name of Object.keys(sharedFlags)) {
        assert.ok(Reflect.has(flags, name))
        Reflect.deleteProperty(flags, name)
      }
    assert.deepEqual(written, readJson('oclif.manifest.json'))
  })
})

describe('a plugin that package.json names', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'xmpp-plugin-'))
  before(() => {
    for (const name of ['bin', 'dist', 'oclif.manifest.json'])
      cpSync(path.join(ROOT, name), path.join(root, name), {recursive: true})
    const {oclif, ...pjson} = readJson('package.json')
    write('package.json', {
      ...pjson,
      dependencies: {[PLUGIN]: '1.0.0'},
      oclif: {...oclif, plugins: [PLUGIN]},
    })
    write(`node_modules/${PLUGIN}/package.json`, {
      name: PLUGIN,
      version: '1.0.0',
      oclif: {commands: './commands'},
    })
    write(
      `node_modules/${PLUGIN}/commands/hello.js`,
      `const {Args, Command} = require('@oclif/core')
      module.exports = class Hello extends Command {
        static summary = 'Greet'
        static args = {name: Args.string({required: true, description: 'name'})}
        async run() {
          const {args} = await this.parse(Hello)
          this.log('Hello ' + args.name + ' from ' + this.config.bin)
        }
      }`,
    )
    write(
      `node_modules/${PLUGIN}/commands/bye.mjs`,
      `import {Command} from '@oclif/core'
      export default class Bye extends Command {
        static summary = 'Leave'
        async run() {
          this.log('Bye from ' + this.config.bin)
        }
      }`,
    )
    mkdirSync(path.join(root, 'node_modules/@oclif'))
    symlinkSync(
      path.join(ROOT, 'node_modules/@oclif/core'),
      path.join(root, 'node_modules/@oclif/core'),
    )
  })
  after(() => rmSync(root, {recursive: true}))

  function write(file: string, content: string | object): void {
    mkdirSync(path.dirname(path.join(root, file)), {recursive: true})
    const text = typeof content === 'string' ? content : JSON.stringify(content)
    writeFileSync(path.join(root, file), text)
  }

  const run = (words: string): Promise<Outcome> =>
    sh(`node ${path.join(root, 'bin/run.js')} ${words}`, {...environment(), XDG_STATE_HOME: root})

  it('adds its command', async () => {
    // The second run uses the code cache.
    for (const _ of [1, 2]) {
      const {status, stderr, stdout} = await run('hello Juliet')
      assert.deepEqual([status, stderr, stdout], [0, '', 'Hello Juliet from xmpp\n'])
    }
  })

  it('can be an ES module', async () => {
    const {status, stderr, stdout} = await run('bye')
    assert.deepEqual([status, stderr, stdout], [0, '', 'Bye from xmpp\n'])
  })

  it('is in the help', async () => {
    assert.match((await run('help')).stdout, /^OTHERS\n {2}bye {4}Leave\n {2}hello {2}Greet$/m)
    assert.match((await run('hello --help')).stdout, /^Greet\n\nUSAGE\n {2}\$ xmpp hello NAME/)
  })

  it('fails as every command does', async () => {
    const {status, stderr, stdout} = await run('hello')
    assert.deepEqual([status, stdout], [2, ''])
    assert.match(stderr, /^xmpp: The argument NAME \(name\) is missing\n {6}\S[^\n]+\n$/)
  })

  it('leaves the commands of the program as they are', async () => {
    const {status, stdout} = await run('config path --json')
    assert.equal(status, 0)
    assert.equal(JSON.parse(stdout).exists, false)
  })
})
