/**
 * The open questions of an account: one file each, which names the question and has the messages that its run received
 * and that are no answers. The next `listen` prints these messages, and deletes the file.
 */
import {appendFile} from 'node:fs/promises'
import path from 'node:path'
import {reasonWithPath} from '../../errors.ts'
import {type Env, NO_HOME, stateFile, stateHome} from './directories.ts'
import {
  claimOf,
  type MessageKey,
  type QuestionRecord,
  readNames,
  removeUnneeded,
  render,
  TRANSIT_MS,
  wasOpen,
} from './ended-questions.ts'
import {writePrivate} from './private-file.ts'
import {type KeptSession, SessionClaim} from './session-claim.ts'

/** The bound for saved messages, in characters; further ones stay on the server. */
const MOST_SAVED = 4_000_000

export class QuestionFile {
  readonly #file: string
  readonly #claim: SessionClaim
  readonly #warn: (sentence: string) => void
  readonly #createdAt = Date.now()
  #length = 0
  #isBroken = false

  private constructor(file: string, claim: SessionClaim, warn: (sentence: string) => void) {
    this.#file = file
    this.#claim = claim
    this.#warn = warn
  }

  /** Undefined, after a warning, if nothing can be saved. @param id of the question */
  static async create(
    folder: string | undefined,
    id: string,
    warn: (sentence: string) => void,
  ): Promise<QuestionFile | undefined> {
    try {
      if (folder === undefined) throw new Error(NO_HOME)
      await removeUnneeded(folder)
      const file = path.join(folder, `${id}.jsonl`)
      const claim = await SessionClaim.claim(claimOf(file))
      if (!claim) throw new Error(`another question has the id ${id}`)
      await writePrivate(file, render({asked: new Date().toISOString()}))
      return new QuestionFile(file, claim, warn)
    } catch (error) {
      warn(notSaved(error))
      return undefined
    }
  }

  /** Whether another question of this account is open, or was when a message was sent that arrives now. */
  async hasOthers(): Promise<boolean> {
    const folder = path.dirname(this.#file)
    const files = (await readNames(folder, '.jsonl')).map((name) => path.join(folder, name))
    const others = files.filter((file) => file !== this.#file)
    const since = Math.max(this.#createdAt, Date.now() - TRANSIT_MS)
    return (await Promise.all(others.map((file) => wasOpen(file, since)))).some(Boolean)
  }

  /** To call before each acknowledgement of stanzas. */
  record(session: KeptSession): void {
    this.#claim.record(session)
  }

  /** Saves a message for the next `listen`. False if it is not saved. */
  async save(message: string): Promise<boolean> {
    this.#length += message.length
    return this.#length <= MOST_SAVED && this.#append({message})
  }

  /** The message with these keys is an answer. */
  async saveAnswer(answer: MessageKey[]): Promise<void> {
    await this.#append({answer})
  }

  /** @param settled whether the server has no session to resume */
  async close(settled: boolean): Promise<void> {
    if (settled) await this.#append({closed: true})
    await this.#claim.release(settled)
  }

  async #append(record: QuestionRecord): Promise<boolean> {
    if (this.#isBroken) return false
    try {
      await appendFile(this.#file, render(record))
    } catch (error) {
      this.#isBroken = true
      this.#warn(notSaved(error))
    }
    return !this.#isBroken
  }
}

/** The folder of an account at one server; undefined without a home directory. */
export function questionFolder(
  env: Env,
  jid: string,
  server: string | undefined,
): string | undefined {
  const home = stateHome(env)
  return home && path.join(home, stateFile('questions', jid, server).replace(/\.json$/, ''))
}

const notSaved = (error: unknown): string =>
  `Messages that are no answers are not saved for xmpp listen: ${reasonWithPath(error)}`
