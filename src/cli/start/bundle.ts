/** The entry of the program, and the target of oclif: loads the chunks of dist/chunks.js that the command needs. */
import path from 'node:path'
import {stateHome} from '../../account/state/directories.ts'
import {ChunkLoader, type Index} from './chunk-loader.ts'

/** Written by the build. */
declare const BUNDLE: Index & {
  /** Identifies the content of the chunks. */
  build: string
  /** The chunks of `main.ts` and of each command, by their numbers. */
  main: number
  commands: Record<string, number>
}

const {build, commands, main: mainChunk} = BUNDLE
const state = stateHome(process.env)
const words = process.argv.slice(2)
const isHelp = words.some((word) => ['help', '--help', '-h'].includes(word))
/** The commands whose id has the first word of this run; none for help, which reads the manifest. */
const likely = isHelp ? [] : Object.keys(commands).filter((id) => id.split(':', 1)[0] === words[0])

const loader = new ChunkLoader(path.join(__dirname, 'chunks.js'), BUNDLE, {
  cache: state ? {folder: path.join(state, 'code'), build} : undefined,
  require,
  builtin: {'xmpp:commands': {COMMANDS: lazyTable()}},
})
// The compiled code of one command is of little use to another one.
const topic = likely.length > 0 ? words[0] : undefined
loader.start(
  [mainChunk, ...likely.map((id) => commands[id] as number)],
  topic ?? (isHelp ? 'help' : 'other'),
)

export const {COMMANDS, commandNotFound, Help, main} = loader.require(
  mainChunk,
) as typeof import('./main.ts')

/** A getter for each command, so that only one is evaluated. */
function lazyTable(): object {
  const getters = Object.entries(commands).map(([id, chunk]) => [
    id,
    {enumerable: true, get: () => (loader.require(chunk) as {default: unknown}).default},
  ])
  return Object.defineProperties({}, Object.fromEntries(getters))
}
