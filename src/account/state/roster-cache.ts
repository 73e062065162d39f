/** The roster of an account as it was last seen (RFC 6121 §2.6), so that a server need not send it again. */
import path from 'node:path'
import {readOwnFile} from '../../read-file.ts'
import {type Env, stateFile, stateHome} from './directories.ts'
import {writePrivate} from './private-file.ts'

export interface RosterCache {
  /** Undefined where there is none that can be read. */
  load(): Promise<unknown>
  /** Never rejects: the next run does without it as well. */
  save(roster: unknown): Promise<void>
}

export interface RosterOwner {
  /** Bare JID. */
  jid: string
  /** The `--server` value: another server may be another installation with the same domain. */
  server: string | undefined
  /** The server was not verified: what it says is neither believed later nor kept. */
  insecure: boolean
}

const NONE: RosterCache = {load: async () => undefined, save: async () => {}}

export function openRosterCache({insecure, jid, server}: RosterOwner, env: Env): RosterCache {
  const directory = stateHome(env)
  if (!directory || insecure) return NONE
  const file = path.join(directory, stateFile('rosters', jid, server))
  return {
    async load() {
      try {
        return JSON.parse(await readOwnFile(file)) as unknown
      } catch {
        return undefined // missing or damaged: the server has it
      }
    },
    async save(roster) {
      await writePrivate(file, `${JSON.stringify(roster)}\n`).catch(() => {
        // A disk that is full or read-only costs time only.
      })
    },
  }
}
