/** Saves which service of a server accepts files (XEP-0363), so that most uploads need no discovery. */
import path from 'node:path'
import {readOwnFile} from '../../read-file.ts'
import {type Env, stateFile, stateHome} from './directories.ts'
import {writePrivate} from './private-file.ts'
import type {CacheOwner} from './roster-cache.ts'

export interface UploadCache {
  /** Undefined if it is missing, damaged or older than a day. The file is read once. */
  load(): Promise<SavedService | undefined>
  /** Never rejects: the next run can ask the server. */
  save(service: SavedService): Promise<void>
}

interface SavedService {
  jid: string
  /** The largest size of a file in bytes; null without a limit. */
  maxBytes: number | null
}

const MAX_AGE_MS = 24 * 60 * 60 * 1000
const NONE: UploadCache = {load: async () => undefined, save: async () => {}}

export function openUploadCache({insecure, jid, server}: CacheOwner, env: Env): UploadCache {
  const directory = stateHome(env)
  if (!directory || insecure) return NONE
  const file = path.join(directory, stateFile('uploads', jid, server))
  let known: ReturnType<UploadCache['load']> | undefined
  return {
    load() {
      known ??= readService(file)
      return known
    },
    async save({jid, maxBytes}) {
      known = Promise.resolve({jid, maxBytes})
      const until = new Date(Date.now() + MAX_AGE_MS).toISOString()
      await writePrivate(file, `${JSON.stringify({jid, maxBytes, until})}\n`).catch(() => {
        // Without the file, the next run takes longer.
      })
    },
  }
}

async function readService(file: string): Promise<SavedService | undefined> {
  try {
    const {jid, maxBytes, until} = JSON.parse(await readOwnFile(file))
    const left = Date.parse(until) - Date.now()
    const isValid = typeof jid === 'string' && (maxBytes === null || maxBytes >= 0)
    return isValid && left > 0 && left <= MAX_AGE_MS ? {jid, maxBytes} : undefined
  } catch {
    return undefined // missing or damaged: the server is asked
  }
}
