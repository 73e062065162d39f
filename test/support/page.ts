/** Runs a page of the manual. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, sh} from './cli.ts'
import {shRunner} from './runner.ts'
import type {TestServer} from './server.ts'
import {matches, parseTranscript} from './transcript.ts'

interface PageOptions {
  /** The folder of another `xmpp` than the built one. */
  bin?: string
  /** Whether a step may run in processes that stay, if it needs no others. */
  sharesProcess?: (step: string) => boolean
}

/**
 * Runs the commands of a page, and compares their output. The page starts with new users alice and bob; it runs as alice,
 * `as_bob` switches.
 */
export async function assertPage(
  file: string,
  server: TestServer,
  {bin, sharesProcess = () => false}: PageOptions = {},
): Promise<void> {
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
    const run = sharesProcess(step.command) && !NEEDS_PROCESS.test(step.command) ? shRunner : sh
    const {status, stderr, stdout} = await run(`${prelude}${step.command}`, env)
    const output = (stdout + stderr).trimEnd().replaceAll(alice, 'alice').replaceAll(bob, 'bob')
    assert.equal(status, step.status, `$ ${step.command}\n${output}`)
    if (!matches(step.output, output)) assert.equal(output, step.output, `$ ${step.command}`)
  }
}

/** Runs in the background, and those that start programs. */
const NEEDS_PROCESS = /(?<![&>])&(?!&)|\bxmpp run\b|--exec/
