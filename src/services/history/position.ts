/** The file of `history list --position`: the last message that was printed. */
import {replaceFile} from '../../account/state/private-file.ts'
import {cannotCreate, checkWritable, readText} from '../../cli/files.ts'
import {parseDateTime} from '../../date-time.ts'
import {EXIT, Failure} from '../../errors.ts'

export interface HistoryPosition {
  /** Bare JID of the account or of the room. */
  archive: string
  /** The id of the message in the archive, and when it was sent: RFC 3339. The archive may drop it after some time. */
  after: string
  time: string
}

/** Undefined if there is no file yet. Throws `bad-position` (65) for a file that is not of this archive, `cannot-create` (73). */
export async function readPosition(
  file: string | undefined,
  archive: string,
  signal: AbortSignal,
): Promise<HistoryPosition | undefined> {
  if (file === undefined) return undefined
  const text = await readText(file, signal).catch((error: Failure) => {
    if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error
  })
  await checkWritable(file)
  if (text === undefined) return undefined
  const position = parsePosition(text)
  if (!position)
    throw new Failure('bad-position', `${file} was not written by --position`, EXIT.data, {
      hint: 'Name another file. It is created if it does not exist',
    })
  if (position.archive === archive) return position
  throw new Failure(
    'bad-position',
    `${file} is about the archive of ${position.archive}, not of ${archive}`,
    EXIT.data,
    {hint: 'Use one file for each archive'},
  )
}

export function parsePosition(text: string): HistoryPosition | undefined {
  try {
    const {after, archive, time} = JSON.parse(text)
    const isText = [after, archive, time].every((value) => typeof value === 'string')
    return isText && parseDateTime(time) ? {after, archive, time} : undefined
  } catch {
    return undefined
  }
}

/** Throws `cannot-create` (73). */
export const writePosition = (file: string, position: HistoryPosition): Promise<void> =>
  replaceFile(file, `${JSON.stringify(position)}\n`).catch((cause) => {
    throw cannotCreate(file, cause)
  })
