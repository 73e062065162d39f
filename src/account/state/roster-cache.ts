/** Saves the roster of an account (RFC 6121 §2.6), so that the server sends only the changes. */
import path from 'node:path'
import {readOwnFile} from '../../read-file.ts'
import {saveContactNames} from './completion-values.ts'
import {type Env, stateFile, stateHome} from './directories.ts'
import {writePrivate} from './private-file.ts'

export interface RosterCache {
  /** Undefined if it is missing or cannot be read. */
  load(): Promise<unknown>
  /** Never rejects: the next run can request the whole roster. */
  save(roster: unknown): Promise<void>
  /** Saves the JIDs for the completion of command lines. Never rejects. */
  saveNames(contacts: string[]): Promise<void>
}

export interface CacheOwner {
  /** Bare JID. */
  jid: string
  /** The `--server` value: another server may be another installation with the same domain. */
  server: string | undefined
  /** The certificate was not verified, so nothing is read or saved. */
  insecure: boolean
}

const NONE: RosterCache = {
  load: async () => undefined,
  save: async () => {},
  saveNames: async () => {},
}

export function openRosterCache({insecure, jid, server}: CacheOwner, env: Env): RosterCache {
  const directory = stateHome(env)
  if (!directory || insecure) return NONE
  const file = path.join(directory, stateFile('rosters', jid, server))
  return {
    async load() {
      try {
        return JSON.parse(await readOwnFile(file)) as unknown
      } catch {
        return undefined // missing or damaged: the server sends the whole roster
      }
    },
    async save(roster) {
      await writePrivate(file, `${JSON.stringify(roster)}\n`).catch(() => {
        // Without the file, the next run takes longer.
      })
    },
    saveNames: (contacts) => saveContactNames(env, jid, contacts),
  }
}
