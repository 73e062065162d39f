/** Files for data that must be complete before it is used. They have no name, so that none stays behind. */
import {type FileHandle, mkdtemp, open, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import type {Failure} from '../errors.ts'
import {cannotCreate} from './files.ts'

export const CHUNK_BYTES = 256 * 1024

/** Only this user can read it. Throws `cannot-create` (73). */
export async function newTemporary(): Promise<FileHandle> {
  const folder = await mkdtemp(path.join(tmpdir(), 'xmpp-')).catch((cause) => {
    throw cannotCreateTemporary(cause)
  })
  try {
    return await open(path.join(folder, 'data'), 'wx+', 0o600)
  } finally {
    await rm(folder, {recursive: true})
  }
}

export function cannotCreateTemporary(cause: NodeJS.ErrnoException): Failure {
  const hint = 'Set TMPDIR to a folder that can be written and has enough space'
  return cannotCreate(`a temporary file in ${tmpdir()}`, cause).with({hint})
}

/** A stream of the handle itself would close it, and a second attempt could not read it. */
export async function* chunksOf(handle: FileHandle): AsyncGenerator<Buffer> {
  for (let position = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    const {bytesRead} = await handle.read(chunk, 0, CHUNK_BYTES, position)
    if (bytesRead === 0) return
    position += bytesRead
    yield chunk.subarray(0, bytesRead)
  }
}
