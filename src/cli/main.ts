/** One invocation: oclif finds the command and parses its words; how the run ends is decided here. */
import {run} from '@oclif/core'
import {EXIT} from '../errors.ts'
import {watchSignals} from './interrupt.ts'
import {BundledPlugin} from './plugin.ts'
import {report, wantsJson} from './report.ts'
import {watchReaders} from './streams.ts'
import {unknownCommand} from './unknown-command.ts'

// For the build, which writes the manifest of what it built.
export {commands} from 'xmpp:commands'

/** `root` is the folder of package.json. Sets the exit status and lets the process drain by itself. */
export async function main(argv: string[], root: string): Promise<void> {
  const json = wantsJson(argv)
  let settled = false
  process.on('exit', (code) => {
    // Nothing left to wait for, yet the run is not over: a promise of ours was forgotten.
    if (!settled && (code === 0 || code === 13)) process.exitCode = EXIT.software
  })
  process.on('uncaughtException', (error) => void report(error, json).then(() => process.exit()))
  watchReaders()
  watchSignals()
  const plugin = new BundledPlugin({isRoot: true, root})
  try {
    await plugin.load()
    await run(withHelp(argv), {plugins: new Map([[plugin.name, plugin]]), root})
  } catch (error) {
    await report(unknownCommand(error, plugin.commandIDs) ?? error, json)
  }
  settled = true
}

/** `xmpp help roster add` is `xmpp roster add --help`. */
function withHelp(argv: string[]): string[] {
  const [first, ...rest] = argv
  return first === 'help' ? [...rest, '--help'] : argv
}
