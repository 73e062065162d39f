/** The entry of the program, and the target of oclif: loads the chunks of dist/chunks.js that the command needs. */
import {closeSync, openSync, readSync} from 'node:fs'
import path from 'node:path'
import {stateHome} from '../../account/state/directories.ts'
import {isHelp} from '../argv.ts'
import {type Chunk, ChunkLoader, type Index} from './chunk-loader.ts'

declare const BUNDLE: Index

const {build, commands, main: mainChunk} = BUNDLE
/** The build, and programs that have this one as a plugin, load it too, and need other chunks. */
const isProgram = require.main?.filename === path.join(__dirname, '../bin/run.js')
const state = isProgram ? stateHome(process.env) : undefined
const words = process.argv.slice(2)
const asksForHelp = words[0] === 'help' || words.some(isHelp)
/** The commands whose id has the first word of this run; none for help, which reads the manifest. */
const likely = asksForHelp
  ? []
  : Object.keys(commands).filter((id) => id.split(':', 1)[0] === words[0])

// The compiled code of one command is of little use to another one.
const part = likely.length > 0 ? (words[0] as string) : asksForHelp ? 'help' : 'other'

const file = path.join(__dirname, 'chunks.js')
const loader = new ChunkLoader(BUNDLE, {
  file,
  read,
  cache: state ? {folder: path.join(state, 'code'), build, part} : undefined,
  program: path.join(__dirname, 'xmpp.cjs'),
  require,
})
loader.start([mainChunk, ...likely.map((id) => commands[id] as number)])

export const {COMMANDS, commandNotFound, Help, main} = loader.require(
  mainChunk,
) as typeof import('./main.ts')

function read(chunks: Chunk[]): string {
  const size = chunks.reduce((sum, [, , length]) => sum + length, 0)
  const text = Buffer.allocUnsafe(size)
  const descriptor = openSync(file, 'r')
  let offset = 0
  for (const [, start, length] of chunks)
    offset += readSync(descriptor, text, offset, length, start)
  closeSync(descriptor)
  return text.toString('latin1')
}
