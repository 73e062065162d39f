/** The messages that were received and not printed. A file in the state folder has them for the next run. */
import {rmSync} from 'node:fs'
import {readFile} from 'node:fs/promises'
import {writePrivateSync} from '../../account/state/private-file.ts'

/** The bounds for these messages; further ones stay on the server. */
const MOST = 5000
const MOST_LENGTH = 4_000_000

export class UnprintedMessages {
  readonly #file: string
  readonly #onPrinted: () => void
  /** As XML, in order. */
  readonly #messages = new Set<{xml: string}>()
  #isChanged = false

  /** @param onPrinted called when a message was printed: the file has to be written */
  constructor(file: string, onPrinted: () => void) {
    this.#file = file
    this.#onPrinted = onPrinted
  }

  /** Reads the file. @param others further messages; some of them may be in the file */
  async load(others: string[]): Promise<void> {
    const list: unknown = await readFile(this.#file, 'utf8')
      .then(JSON.parse)
      .catch(() => [])
    for (const xml of new Set([...(Array.isArray(list) ? list : []), ...others]))
      if (typeof xml === 'string') this.#messages.add({xml})
    this.#isChanged = others.length > 0
  }

  /** `release` is to call when the message was printed. */
  get all(): {xml: string; release: () => void}[] {
    return [...this.#messages].map((message) => ({
      xml: message.xml,
      release: () => this.#release(message),
    }))
  }

  /**
   * Saves messages, synchronously: they can be acknowledged at once, however busy the program is. Returns a function for
   * each that was saved, from the first on, to call when it was printed. A message that is undefined needs no saving.
   */
  save(messages: (string | undefined)[]): (() => void)[] {
    const releases: (() => void)[] = []
    let length = 0
    for (const {xml} of this.#messages) length += xml.length
    for (const xml of messages) {
      length += xml?.length ?? 0
      if (this.#messages.size >= MOST || length > MOST_LENGTH) break
      if (xml === undefined) releases.push(() => {})
      else {
        const message = {xml}
        this.#messages.add(message)
        this.#isChanged = true
        releases.push(() => this.#release(message))
      }
    }
    this.write()
    return releases
  }

  /** Waits for the disk: the server no longer has these messages. */
  write(): void {
    if (!this.#isChanged) return
    this.#isChanged = false
    const list = [...this.#messages].map(({xml}) => xml)
    if (list.length === 0) rmSync(this.#file, {force: true})
    else writePrivateSync(this.#file, `${JSON.stringify(list)}\n`, true)
  }

  #release(message: {xml: string}): void {
    if (!this.#messages.delete(message)) return
    this.#isChanged = true
    this.#onPrinted()
  }
}
