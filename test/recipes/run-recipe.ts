/** Runs the code blocks below a heading of a page in a sandbox, with stand-ins for the programs of the reader's machine. */
import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import type {Sandbox} from '../../scripts/sandbox/sandbox.ts'
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {buildPresence} from '../../src/protocol/presence/presence.ts'
import {type Session, withSession} from '../../src/session/session.ts'
import {account, chat} from '../fixtures/accounts.ts'
import {linesOf, type Outcome, run} from '../support/cli.ts'
import {type CodeBlock, commandsIn} from '../support/markdown.ts'
import {shRunner} from '../support/runner.ts'
import type {TestServer} from '../support/server.ts'

export interface Recipe {
  /** Files beside those of the page. */
  files?: Record<string, string>
  /** Programs that the commands call, as shell scripts. */
  programs?: Record<string, string>
  env?: Record<string, string>
  /** Runs before the commands of the page. */
  first?: string
  /** Runs after them, while those that listen are still running; as what calls the files of the page. */
  after?: string
  /** What ops answers to the first question. */
  answer?: string
  /** Exit codes of the commands, if not all are 0. */
  statuses?: number[]
  /** On the standard output of all commands together. */
  prints?: RegExp
  /** The messages that ops receives, as subject and text. */
  receives?: RegExp[]
}

export async function runRecipe(
  {env, server}: Sandbox,
  folder: string,
  blocks: CodeBlock[],
  recipe: Recipe,
): Promise<void> {
  const {answer, first, prints, receives = [], statuses, after} = recipe
  writeFiles(folder, blocks, recipe)
  const own = env(process.env)
  const PATH = `${path.join(folder, 'programs')}:${own.PATH}`
  const inFolder = (command: string): string => `cd ${folder}\n${command}`
  const start = (command: string) => run(inFolder(command), {...own, ...recipe.env, PATH})
  const shell = (command: string) => shRunner(inFolder(command), {...own, ...recipe.env, PATH})

  if (first) assertSuccess(first, await shell(first))
  const answering = answer === undefined ? undefined : await startAnswering(start, answer)
  const commands = blocks.flatMap((block) =>
    block.file === undefined ? [block.text] : commandsIn(block),
  )
  const listening = commands.filter(isListening).map((command) => start(`exec ${command}`))
  const outcomes: Outcome[] = []
  for (const command of commands.filter((command) => !isListening(command)))
    outcomes.push(await shell(command.replaceAll('%i', 'backup.service')))
  if (statuses)
    assert.deepEqual(
      outcomes.map(({status}) => status),
      statuses,
    )
  else for (const [i, outcome] of outcomes.entries()) assertSuccess(commands[i] ?? '', outcome)
  if (after) {
    const outcome = await shell(after)
    assertSuccess(after, outcome)
    outcomes.push(outcome)
  }
  if (prints) assert.match(outcomes.map(({stdout}) => stdout).join(''), prints)
  for (const {child} of listening) child.kill()
  await Promise.all([...listening, ...(answering ? [answering] : [])].map(({outcome}) => outcome))
  await assertReceived(server, receives)
}

const isListening = (command: string): boolean => command.startsWith('xmpp listen')

function writeFiles(folder: string, blocks: CodeBlock[], {files = {}, programs = {}}: Recipe) {
  mkdirSync(path.join(folder, 'programs'), {recursive: true})
  const write = (name: string, text: string): void =>
    writeFileSync(path.join(folder, name), text, {mode: 0o700})
  for (const {file, text} of blocks) if (file) write(path.basename(file), text)
  for (const [name, text] of Object.entries(files)) write(name, text)
  for (const [name, text] of Object.entries(programs))
    write(`programs/${name}`, `#!/bin/sh\n${text}\n`)
}

function assertSuccess(command: string, {status, stderr, stdout}: Outcome): void {
  assert.equal(status, 0, `${command}\n${stdout}${stderr}`)
}

async function startAnswering(start: (command: string) => ReturnType<typeof run>, answer: string) {
  const listener = start(
    `exec xmpp listen --account ops --json --match '[?]' --count 1 --reply --exec 'echo ${answer}'`,
  )
  const nextLine = linesOf(listener.child.stdout)
  assert.equal(JSON.parse(await nextLine()).event, 'ready')
  return listener
}

const MARKER = 'the end of the recipe'

/** All that ops has received, up to a last message. */
async function assertReceived(server: TestServer, receives: RegExp[]): Promise<void> {
  const texts: string[] = []
  const receive = async ({stanzas}: Session): Promise<void> => {
    const last = new StanzaListener(stanzas).waitFor((stanza) => {
      const [subject, body] = ['subject', 'body'].map((name) => stanza.getChildText(name) ?? '')
      if (body) texts.push(`${subject}\n${body}`.trim())
      return body === MARKER || undefined
    })
    await stanzas.sendConfirmed(chat(server.account('ops').jid, MARKER))
    await stanzas.sendConfirmed(buildPresence({priority: 0})) // the server then sends what it has stored
    await last
  }
  await withSession(account(server, 'ops', server.tlsPort), receive, {trace: {}})
  for (const pattern of receives)
    assert.ok(
      texts.some((text) => pattern.test(text)),
      `${pattern} is not in ${JSON.stringify(texts)}`,
    )
}
