/** JIDs for the completion scripts of the shells, which read these files without starting the program: one JID per line. */
import {readFile} from 'node:fs/promises'
import path from 'node:path'
import {type Env, stateFile, stateHome} from './directories.ts'
import {writePrivate} from './private-file.ts'

const MAX_ROOMS = 100

/** Replaces the contacts of an account. Never rejects: completion works without them. */
export async function saveContactNames(env: Env, jid: string, contacts: string[]): Promise<void> {
  await update(env, 'contacts', jid, () => contacts)
}

/** Adds rooms that the account has used; the last ones come first. Never rejects. */
export async function saveRoomNames(env: Env, jid: string, rooms: string[]): Promise<void> {
  if (rooms.length === 0) return
  await update(env, 'rooms', jid, (saved) => [...new Set([...rooms, ...saved])].slice(0, MAX_ROOMS))
}

/** The files of an account, for a command that removes its saved state. */
export const completionFiles = (directory: string, jid: string): string[] =>
  (['contacts', 'rooms'] as const).map((kind) => fileOf(directory, kind, jid))

async function update(
  env: Env,
  kind: 'contacts' | 'rooms',
  jid: string,
  change: (saved: string[]) => string[],
): Promise<void> {
  const directory = stateHome(env)
  if (!directory) return
  const file = fileOf(directory, kind, jid)
  const saved = await readFile(file, 'utf8').catch(() => '')
  const lines = change(saved.split('\n').filter(Boolean))
  const text = lines.filter((line) => !/\s/.test(line)).map((line) => `${line}\n`)
  if (text.join('') === saved) return
  await writePrivate(file, text.join('')).catch(() => {
    // A disk that is full or read-only costs the completion of values only.
  })
}

const fileOf = (directory: string, kind: 'contacts' | 'rooms', jid: string): string =>
  path.join(directory, 'completion', stateFile(kind, jid).replace(/json$/, 'txt'))
