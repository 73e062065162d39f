/** Pages of the manual that are tests: `$ command`, its output, and `[status]` unless that is 0. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from './cli.ts'
import type {TestServer} from './server.ts'

interface Step {
  command: string
  status: number
  output: string
}

/**
 * Runs the commands of a page, and compares their output. The page starts with new users alice and bob; it runs as alice,
 * `as_bob` switches. @param bin the folder of another `xmpp` than the built one
 */
export async function assertPage(file: string, server: TestServer, bin?: string): Promise<void> {
  const {name} = path.parse(file)
  const users = ['alice', 'bob'].map((user) => `${name}-${user}`)
  await server.addUsers(users)
  const [alice = '', bob = ''] = users
  const env = environment(server, alice)
  Object.assign(env, {
    ALICE: server.account(alice).jid,
    BOB: server.account(bob).jid,
    BOB_PASSWORD: server.account(bob).password,
    ...(bin !== undefined && {PATH: `${bin}:${env.PATH}`}),
  })
  const prelude = `cd ${server.dir}\nas_bob() { XMPP_JID=$BOB XMPP_PASSWORD=$BOB_PASSWORD "$@"; }\n`
  for (const step of parseTranscript(readFileSync(file, 'utf8'))) {
    const {status, stderr, stdout} = await sh(`${prelude}${step.command}`, env)
    const output = (stdout + stderr).trimEnd().replaceAll(alice, 'alice').replaceAll(bob, 'bob')
    assert.equal(status, step.status, `$ ${step.command}\n${output}`)
    if (!matches(step.output, output)) assert.equal(output, step.output, `$ ${step.command}`)
  }
}

/** Lines that begin with # are comments; lines that begin with two spaces continue a command. */
export function parseTranscript(text: string): Step[] {
  return text
    .replace(/^#.*\n/gm, '')
    .split(/^\$ /m)
    .slice(1)
    .map((block) => {
      const lines = block.trimEnd().split('\n')
      const more = lines.slice(1).findIndex((line) => !line.startsWith('  > '))
      const length = more === -1 ? lines.length : more + 1
      const command = lines.slice(0, length).map((line) => line.replace(/^ {2}> /, ''))
      const rest = lines.slice(length)
      const status = /^\[(\d+)\]$/.exec(rest.at(-1) ?? '')?.[1]
      return {
        command: command.join('\n'),
        output: (status ? rest.slice(0, -1) : rest).join('\n'),
        status: Number(status ?? 0),
      }
    })
}

/** `<*>` in an expectation matches any text on one line: times, ids, ports. */
export function matches(expected: string, actual: string): boolean {
  const pattern = expected
    .split('<*>')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^\\n]*')
  return new RegExp(`^${pattern}$`).test(actual)
}
