/** The entry of the bundle: runs oclif, and decides how the run ends. The other exports are named in package.json, for oclif. */
import {run} from '@oclif/core/run'
import {settings} from '@oclif/core/settings'
import {EXIT, toBug} from '../../errors.ts'
import {readPackagedFile} from '../../packaged-files.ts'
import {checkArguments, hasJsonFlag, markTexts} from '../argv.ts'
import {endWith} from '../error-report.ts'
import {releaseClosedTerminals, watchSignals} from '../signals.ts'
import {handleStdoutErrors, writeOut} from '../stdout.ts'

export {COMMANDS} from 'xmpp:commands'
export {Help} from '../help.ts'
export {commandNotFound} from './command-not-found.ts'

/** `root` is the folder of package.json. Sets the exit status, and lets the event loop drain. */
export async function main(given: string[], root: string): Promise<void> {
  const argv = markTexts(given)
  let settled = false
  process.on('exit', (code) => {
    // The event loop drained before the command settled.
    if (!settled && (code === 0 || code === 13)) process.exitCode = EXIT.software
  })
  process.on('uncaughtException', (error) => {
    void fail(toBug(error), argv).then(() => process.exit())
  })
  handleStdoutErrors()
  releaseClosedTerminals()
  watchSignals()
  settings.enableAutoTranspile = false // also where NODE_ENV is "development"
  try {
    checkArguments(argv)
    const pjson = JSON.parse(readPackagedFile(root, 'package.json'))
    await run(asFlag(argv), {root, pjson, userPlugins: false, devPlugins: false})
  } catch (error) {
    await fail(error, argv)
  }
  settled = true
}

/** `xmpp help roster add` is `xmpp roster add --help`. */
const asFlag = ([first, ...rest]: string[]): string[] =>
  first === 'help' ? [...rest, '--help'] : first === undefined ? [] : [first, ...rest]

/** For a failure outside a command; see `catch` in base-command.ts for those of a command. */
async function fail(error: unknown, argv: string[]): Promise<void> {
  const failure = await endWith(error, argv)
  if (failure && hasJsonFlag(argv)) await writeOut(`${JSON.stringify({error: failure})}\n`)
}
