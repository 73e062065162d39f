/** Runs a page of the manual. */
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {environment, type Outcome, sh} from './cli.ts'
import {runXmpp} from './runner.ts'
import type {TestServer} from './server.ts'
import {matches, parseTranscript} from './transcript.ts'

interface PageOptions {
  /** The folder of another `xmpp` than the built one. */
  bin?: string
  /** Whether words that need no process of their own run in one that stays. */
  reusesProcess?: (words: string) => boolean
}

/**
 * Runs the commands of a page, and compares their output. The page starts with new users alice and bob; it runs as alice,
 * `as_bob` switches.
 */
export async function assertPage(
  file: string,
  server: TestServer,
  {bin, reusesProcess = () => false}: PageOptions = {},
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
  const asBob = {...env, XMPP_JID: env.BOB, XMPP_PASSWORD: env.BOB_PASSWORD}
  const run = (command: string): Promise<Outcome> => {
    const [, user, words] = PLAIN.exec(command) ?? []
    return words !== undefined && reusesProcess(words)
      ? runXmpp(words, user ? asBob : env, '', server.dir)
      : sh(`${prelude}${command}`, env)
  }
  for (const step of parseTranscript(readFileSync(file, 'utf8'))) {
    const {status, stderr, stdout} = await run(step.command)
    const output = (stdout + stderr).trimEnd().replaceAll(alice, 'alice').replaceAll(bob, 'bob')
    assert.equal(status, step.status, `$ ${step.command}\n${output}`)
    if (!matches(step.output, output)) assert.equal(output, step.output, `$ ${step.command}`)
  }
}

/** One run, without pipes, files and children that print: an `&` or `;` may also be part of a text. */
const PLAIN = /^(as_bob )?xmpp ((?!run )(?:(?!--exec)[^|&;<>()`\n])*)$/
