/** The directory of `listen --serve`: each executable file in it is an ad-hoc command, and NAME.json beside it describes it. */
import {constants, type Stats} from 'node:fs'
import {access, readdir, stat} from 'node:fs/promises'
import path from 'node:path'
import {EXIT, Failure} from '../../errors.ts'
import {cannotRead, decodeUtf8, readFileUntil} from '../../read-file.ts'
import {type Definition, parseDefinition} from './definition.ts'

export interface ServedCommand extends Definition {
  /** The name of the file. */
  node: string
  /** Its path, absolute. */
  program: string
}

/** Sorted by node. Throws `no-input` (66), `bad-definition` or `unsafe-mode` (78). */
export async function readCommands(
  directory: string,
  signal: AbortSignal,
): Promise<ServedCommand[]> {
  const folder = path.resolve(directory)
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw cannotRead(directory, cause)
  })
  refuseWritable(folder, await stat(folder))
  const commands: ServedCommand[] = []
  for (const node of names.sort()) {
    const program = path.join(folder, node)
    if (node.startsWith('.') || node.endsWith('.json') || !(await isExecutable(program))) continue
    commands.push({node, program, ...(await readDefinition(`${program}.json`, signal))})
  }
  return commands
}

async function isExecutable(file: string): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined) // a link to a file that does not exist
  if (!stats?.isFile() || (stats.mode & 0o111) === 0) return false
  refuseWritable(file, stats)
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

const NOT_DEFINED: Definition = parseDefinition('{}', 'the default')

/** A program without a definition is for no JID. */
async function readDefinition(file: string, signal: AbortSignal): Promise<Definition> {
  let bytes: Buffer
  try {
    bytes = await readFileUntil(file, {signal, check: (stats) => refuseWritable(file, stats)})
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NOT_DEFINED
    throw cannotRead(file, cause as NodeJS.ErrnoException)
  }
  return parseDefinition(decodeUtf8(bytes, file), file)
}

/** Other users of the machine could run their programs as this one. */
function refuseWritable(file: string, {mode}: Stats): void {
  if ((mode & 0o002) === 0) return
  const message = `Others can write to ${file} (its mode is 0${(mode & 0o777).toString(8)})`
  throw new Failure('unsafe-mode', message, EXIT.config, {hint: `Run: chmod o-w ${file}`})
}
