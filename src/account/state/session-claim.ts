/**
 * XEP-0198 §5: what it takes to resume the session of a run that was killed. The file also says that a run lives, so
 * that no other one takes its session away or writes where it writes.
 */
import {closeSync, openSync, writeSync} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {withLock} from './lock.ts'
import {writePrivate} from './private-file.ts'
import {identifyProcess, isRunning, type ProcessId} from './process-status.ts'

/** A session that a server keeps for a while after its connection is gone. */
export interface KeptSession {
  id: string
  /** How many of its stanzas were handled. */
  handled: number
}

// Overwritten in place, and so always of this length.
const LENGTH = 1024

export class SessionClaim {
  /** What the run before left, which did not come to its end. */
  readonly abandoned: KeptSession | undefined
  readonly #file: string
  readonly #owner: ProcessId
  readonly #descriptor: number

  private constructor(file: string, owner: ProcessId, abandoned: KeptSession | undefined) {
    this.#file = file
    this.#owner = owner
    this.#descriptor = openSync(file, 'r+')
    this.abandoned = abandoned
  }

  /** Undefined while another run has it. */
  static claim(file: string): Promise<SessionClaim | undefined> {
    return withLock(file, async () => {
      const before = await read(file)
      if (before && (await isRunning(before))) return undefined
      const {pid} = process
      const owner = (await identifyProcess(pid)) ?? {pid, started: null}
      const {handled, id} = before ?? {}
      const abandoned = id === undefined || handled === undefined ? undefined : {id, handled}
      await writePrivate(file, render({...owner, ...abandoned}))
      return new SessionClaim(file, owner, abandoned)
    })
  }

  /**
   * In place and at once, since the server must not be told of more than this says: it refuses to resume a session
   * from further back.
   */
  record(session: KeptSession): void {
    const text = render({...this.#owner, ...session})
    if (text.length <= LENGTH) writeSync(this.#descriptor, text, 0)
  }

  /** The run is over; `settled` when its session has nothing left to resume. */
  async release(settled: boolean): Promise<void> {
    closeSync(this.#descriptor)
    if (settled) await rm(this.#file, {force: true})
  }
}

type ClaimFile = ProcessId & Partial<KeptSession>

const render = (content: ClaimFile): string => `${JSON.stringify(content).padEnd(LENGTH - 1)}\n`

/** What is missing or damaged says nothing. */
async function read(file: string): Promise<ClaimFile | undefined> {
  try {
    const {handled, id, pid, started} = JSON.parse(await readFile(file, 'utf8'))
    if (!Number.isSafeInteger(pid)) return undefined
    const isSession = typeof id === 'string' && Number.isSafeInteger(handled)
    return {pid, started: started ?? null, ...(isSession && {id, handled})}
  } catch {
    return undefined
  }
}
