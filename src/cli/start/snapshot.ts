/**
 * The main script of the standalone executable. It runs once, in the build: it compiles and loads what most runs need, and
 * Node writes its heap into the executable, where each run begins
 * <https://nodejs.org/api/single-executable-applications.html#startup-snapshot-support>.
 *
 * It contacts no server and knows no account. A module that reads the environment, the arguments or the streams of the
 * process while it is loaded is loaded in each run instead, so that nothing of the build is in the runs.
 */
import {readFileSync} from 'node:fs'
import tty from 'node:tty'
import {setFlagsFromString, startupSnapshot} from 'node:v8'
import {packagedBytes} from '../../packaged-files.ts'
import {type Chunk, ChunkLoader, type Index} from './chunk-loader.ts'

declare const BUNDLE: Index

/** For oclif, which looks for its targets in a folder; this one does not exist. */
const ROOT = '/xmpp'

/** Node 26 cannot include these in a snapshot. Modules that import them are loaded in each run too. */
const LATER = ['node:tls']

/** The module is compiled in the build, and loaded in each run. */
class LoadedLater extends Error {}

/** How many modules are loaded later. */
let later = 0

let chunks: Buffer | undefined = readFileSync('chunks.js')

const loader = new ChunkLoader(BUNDLE, {
  file: `${ROOT}/dist/chunks.js`,
  read,
  cache: undefined,
  program: `${ROOT}/dist/xmpp.cjs`,
  require: Object.assign(requireOfNode, {resolve: (name: string) => name}) as NodeJS.Require,
})

const compiled = compileAhead()
withoutEnvironment(() => loadAhead(compiled))
chunks = undefined

startupSnapshot.setDeserializeMainFunction(() => {
  const {main} = loader.require(BUNDLE.main) as typeof import('./main.ts')
  // Otherwise Node would free its memory piece by piece, which takes longer than the kernel.
  process.once('beforeExit', () => process.exit())
  void main(process.argv.slice(2), ROOT)
})

/** Compiles all functions, not only those that run while the modules are loaded. */
function compileAhead(): number[] {
  setFlagsFromString('--no-flush-bytecode')
  setFlagsFromString('--no-lazy')
  const numbers = loader.start(BUNDLE.ahead)
  setFlagsFromString('--lazy')
  return numbers
}

function loadAhead(numbers: number[]): void {
  for (const number of numbers) {
    const before = later
    try {
      loader.require(number)
      if (later > before) throw new Error('A module has caught the error that defers it')
    } catch (error) {
      if (!(error instanceof LoadedLater)) throw error
    }
  }
}

/** The environment of a run does not exist while the snapshot is made. */
function withoutEnvironment(load: () => void): void {
  const names = ['argv', 'cwd', 'env', 'execArgv', 'execPath', 'pid', 'stderr', 'stdin', 'stdout']
  const restore = [...names.map((name) => forbid(process, name)), forbid(tty, 'isatty')]
  load()
  for (const each of restore) each()
}

function forbid(object: object, name: string): () => void {
  const property = Object.getOwnPropertyDescriptor(object, name) as PropertyDescriptor
  const get = (): never => loadLater()
  Object.defineProperty(object, name, {configurable: true, get})
  return () => Object.defineProperty(object, name, property)
}

function loadLater(): never {
  later++
  throw new LoadedLater()
}

function read(wanted: Chunk[]): string {
  const text = chunks ?? packagedBytes('dist/chunks.js')
  return wanted.map(([, start, length]) => text.toString('latin1', start, start + length)).join('')
}

function requireOfNode(name: string): unknown {
  if (chunks && LATER.includes(name)) loadLater()
  return require(name)
}
