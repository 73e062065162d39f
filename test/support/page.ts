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
  /** Whether the commands of a step may run in processes that stay. */
  sharesProcess?: (step: string) => boolean
}

/**
 * Runs the commands of a page, and compares their output. The page starts with new users alice and bob; it runs as alice,
 * `as_bob` switches. A step ends when all that it started has closed its output, also in the background.
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
  for (const step of parseTranscript(readFileSync(file, 'utf8'))) {
    const run = sharesProcess(step.command) && !BACKGROUND.test(step.command) ? shRunner : sh
    const {status, stderr, stdout} = await run(`cd ${server.dir}\n${step.command}`, env)
    const output = (stdout + stderr).trimEnd().replaceAll(alice, 'alice').replaceAll(bob, 'bob')
    assert.equal(status, step.status, `$ ${step.command}\n${output}`)
    if (!matches(step.output, output)) assert.equal(output, step.output, `$ ${step.command}`)
  }
}

/** A run in the background, whose output the step reads while it runs. */
const BACKGROUND = /(?<![&>])&(?!&)/
