/** One invocation: finds the command that the words name, runs it, and decides how the run ends. */

import {commands, name, version} from 'xmpp:commands'
import type {Config, Hook} from '@oclif/core'
import {EXIT, toBug} from '../errors.ts'
import {checkArguments, hasHelpFlag, isHelp} from './argv.ts'
import {report} from './error-report.ts'
import {watchSignals} from './signals.ts'
import {handleStdoutErrors, writeOut} from './stdout.ts'

// For the build, which writes the manifest of what it built.
export {commands} from 'xmpp:commands'

/** `root` is the folder of package.json. Sets the exit status and lets the process drain by itself. */
export async function main(argv: string[], root: string): Promise<void> {
  let settled = false
  process.on('exit', (code) => {
    // Nothing left to wait for, yet the run is not over: a promise of ours was forgotten.
    if (!settled && (code === 0 || code === 13)) process.exitCode = EXIT.software
  })
  process.on('uncaughtException', (error) => {
    void report(toBug(error), argv).then(() => process.exit())
  })
  handleStdoutErrors()
  watchSignals()
  try {
    await run(argv, root)
  } catch (error) {
    await report(error, argv)
  }
  settled = true
}

async function run(argv: string[], root: string): Promise<void> {
  checkArguments(argv)
  if (argv[0] === '--version') return printVersion()
  const known = hasHelpFlag(argv) ? undefined : findCommand(argv)
  if (!known) {
    const {runFrontEnd} = await import('./help.ts')
    return runFrontEnd(subject(argv), root)
  }
  const {default: Command} = await known.load()
  handleStdoutErrors() // once more: oclif comes with a listener that throws what is not EPIPE
  await new Command(known.words, runConfig()).start()
}

/** All that a run asks of what oclif would take 5 ms to gather: there are no plugins and no hooks. */
function runConfig(): Config {
  const runHook = async (): Promise<Hook.Result<never>> => ({failures: [], successes: []})
  return {bin: 'xmpp', runHook, version} as unknown as Config
}

interface Known {
  load: (typeof commands)[string]
  /** All that is not its name. */
  words: string[]
}

/** A name has one to three words, which come first; `roster:add` is what oclif calls `roster add`. */
function findCommand(argv: string[]): Known | undefined {
  for (const length of [3, 2, 1]) {
    const load = argv.length >= length ? commandOf(argv.slice(0, length).join(':')) : undefined
    if (load) return {load, words: argv.slice(length)}
  }
  return undefined
}

const commandOf = (id: string): Known['load'] | undefined =>
  Object.hasOwn(commands, id) ? commands[id] : undefined

/** What is asked about: `xmpp help roster add` is `xmpp roster add --help`. */
function subject(argv: string[]): string[] {
  const words = hasHelpFlag(argv) ? argv.filter((word) => !isHelp(word) && word !== '--json') : argv
  return words[0] === 'help' ? words.slice(1) : words
}

function printVersion(): Promise<void> {
  const {arch, platform, version: node} = process
  return writeOut(`${name}/${version} ${platform}-${arch} node-${node}\n`)
}
