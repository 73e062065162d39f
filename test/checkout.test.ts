/** The files that a fresh checkout needs. */
import assert from 'node:assert/strict'
import {execFileSync} from 'node:child_process'
import {readFileSync, statSync} from 'node:fs'
import {createRequire} from 'node:module'
import path from 'node:path'

const ROOT = path.join(import.meta.dirname, '..')
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8')

describe('a checkout', () => {
  it('can be installed from its lock file, on every system', () => {
    // Exits with an error where package.json and the lock file differ, or the lock file lacks a package.
    const args = ['ci', '--dry-run', '--ignore-scripts', '--offline', '--no-audit', '--no-fund']
    execFileSync('npm', args, {cwd: ROOT, stdio: 'pipe'})
  })

  it('names the packages of other systems in its lock file', () => {
    const {packages} = JSON.parse(read('package-lock.json'))
    const listed = Object.keys(packages)
    for (const [name, {optionalDependencies = {}}] of Object.entries<{
      optionalDependencies?: object
    }>(packages))
      for (const optional of Object.keys(optionalDependencies))
        assert.ok(
          listed.some((key) => key.endsWith(`node_modules/${optional}`)),
          `${optional} of ${name || 'this package'} is missing`,
        )
  })

  it('has a command that can be run', () => {
    assert.ok(statSync(path.join(ROOT, 'bin/run.js')).mode & 0o100)
  })

  it('is edited with the version of Node that it supports', () => {
    const {engines} = JSON.parse(read('package.json'))
    assert.ok(engines.node.startsWith(`>=${read('.nvmrc').trim()}.`))
  })
})

describe('npm run test:unit', () => {
  const {spec}: {spec: string[]} = createRequire(import.meta.url)('./unit.cjs')
  const names = spec.map((file) => path.relative(import.meta.dirname, file))

  it('has the files that start no server and no command', () => {
    for (const name of [
      'jid.test.ts',
      'protocol/message/message.test.ts',
      'session/stream/stream.test.ts',
    ])
      assert.ok(names.includes(name), name)
  })

  it('omits those that start one, by their imports', () => {
    for (const name of ['acceptance/send.test.ts', 'cli/usage.test.ts', 'session/hold.test.ts'])
      assert.ok(!names.includes(name), name)
  })
})
