/** All that a command writes, in a temporary file, to be uploaded when the command has ended. */
import {writeSync} from 'node:fs'
import type {FileHandle} from 'node:fs/promises'
import {cannotCreateTemporary, newTemporary} from '../../cli/temporary-file.ts'
import type {Failure} from '../../errors.ts'
import {temporarySource, type UploadSource} from '../upload/source.ts'

export class OutputFile {
  readonly #handle: FileHandle
  #failure: Failure | undefined
  #size = 0

  private constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** Throws `cannot-create` (73). */
  static async create(): Promise<OutputFile> {
    return new OutputFile(await newTemporary())
  }

  /** Synchronous, so that a command that writes fast does not fill the memory. On a full disk, the rest is dropped. */
  add(chunk: Buffer): void {
    if (this.#failure) return
    try {
      for (let done = 0; done < chunk.length; ) done += writeSync(this.#handle.fd, chunk, done)
      this.#size += chunk.length
    } catch (cause) {
      this.#failure = cannotCreateTemporary(cause as NodeJS.ErrnoException)
    }
  }

  get isEmpty(): boolean {
    return this.#size === 0
  }

  /** Throws if a part of the output is missing. */
  get source(): UploadSource {
    if (this.#failure) throw this.#failure
    return temporarySource({name: 'output.txt', type: 'text/plain'}, this.#handle, this.#size)
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
