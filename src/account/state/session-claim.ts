/**
 * XEP-0198 §5: what is necessary to resume the session of a run that was killed. The file also names the running process,
 * so that no other run resumes its session or writes its files.
 */
import {closeSync, openSync, writeSync} from 'node:fs'
import {readFile, rm} from 'node:fs/promises'
import {withLock} from './lock.ts'
import {writePrivate} from './private-file.ts'
import {identifyProcess, isRunning, type ProcessId} from './process-status.ts'

/** A session that the server keeps for a while after its connection is lost. */
export interface KeptSession {
  id: string
  /** The number of handled stanzas. */
  handled: number
}

// The file is overwritten in place, so its length is fixed.
const LENGTH = 1024

export class SessionClaim {
  /** The session of an earlier run that was killed. */
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

  /** Undefined while another run holds the claim. */
  static claim(file: string): Promise<SessionClaim | undefined> {
    return withLock(file, async () => {
      const before = await read(file)
      if (before && (await isRunning(before))) return undefined
      const {pid} = process
      const owner = (await identifyProcess(pid)) ?? {pid, started: null}
      const abandoned = before && sessionIn(before)
      await writePrivate(file, render({...owner, ...abandoned}))
      return new SessionClaim(file, owner, abandoned)
    })
  }

  /** Whether a run holds the claim; and the session of that run, or of the one that held it last. */
  static async inspect(file: string): Promise<{isHeld: boolean; session: KeptSession | undefined}> {
    const claim = await read(file)
    if (!claim) return {isHeld: false, session: undefined}
    return {isHeld: await isRunning(claim), session: sessionIn(claim)}
  }

  /**
   * Overwrites the file synchronously: if the server received a higher number than the file contains, it would refuse to
   * resume the session.
   */
  record(session: KeptSession): void {
    const text = render({...this.#owner, ...session})
    if (text.length <= LENGTH) writeSync(this.#descriptor, text, 0)
  }

  /** Ends the claim. @param settled whether the session has nothing left to resume */
  async release(settled: boolean): Promise<void> {
    closeSync(this.#descriptor)
    if (settled) await rm(this.#file, {force: true})
  }
}

type ClaimFile = ProcessId & Partial<KeptSession>

const sessionIn = ({handled, id}: ClaimFile): KeptSession | undefined =>
  id === undefined || handled === undefined ? undefined : {id, handled}

const render = (content: ClaimFile): string => `${JSON.stringify(content).padEnd(LENGTH - 1)}\n`

/** Undefined if the file is missing or damaged. */
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
