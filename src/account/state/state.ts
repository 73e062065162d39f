/** Saves the client id and the tokens (XEP-0484) for the next run. Without them a run still succeeds. */
import {randomUUID} from 'node:crypto'
import {readdir, rm} from 'node:fs/promises'
import path from 'node:path'
import {reasonWithPath} from '../../errors.ts'
import {readOwnFile} from '../../read-file.ts'
import type {SavedState, StateStore, Token} from '../../session/types.ts'
import {completionFiles} from './completion-values.ts'
import {type Env, NO_HOME, stateFile, stateHome} from './directories.ts'
import {readEndpoint, writeEndpoint} from './endpoint-cache.ts'
import {createPrivate, writePrivate} from './private-file.ts'

export interface StateOptions {
  /** The bare JID of the account. */
  jid: string
  /** The `--server` value: another server may be another installation with the same domain. */
  server: string | undefined
  env: Env
  /** Tokens are neither read nor written. */
  withoutTokens?: boolean
  warn(sentence: string): void
}

interface StoredToken {
  jid: string
  server: string | null
  /** The id that the token was issued to. */
  clientId: string
  token: Token
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Opens no file before `load` or `save` is called. */
export function openState(options: StateOptions): StateStore {
  const {env, jid, server, warn, withoutTokens = false} = options
  const directory = stateHome(env)
  const file = directory && path.join(directory, stateFile('accounts', jid, server))
  let clientId: string | undefined
  let loaded: Token | undefined
  let warned = false
  const warnOnce = (error: unknown): void => {
    if (!warned) warn(`State is not saved: ${reasonWithPath(error)}`)
    warned = true
  }

  return {
    async load() {
      if (!directory || !file) {
        warnOnce(new Error(NO_HOME))
        return {clientId: randomUUID()}
      }
      try {
        clientId ??= await sharedClientId(directory)
      } catch (error) {
        warnOnce(error)
        return {clientId: randomUUID()}
      }
      const [entry, endpoint] = await Promise.all([
        withoutTokens ? undefined : readEntry(file),
        server === undefined ? readEndpoint(endpointFile(file)) : undefined,
      ])
      loaded = entry?.clientId === clientId && isGood(entry.token) ? entry.token : undefined
      return {clientId, token: loaded, endpoint}
    },

    async save(changes) {
      // A token is valid only for its client id, which the next run would not have.
      if (!file || !clientId) return
      try {
        if (changes.endpoint) await writeEndpoint(endpointFile(file), changes.endpoint)
        else if ('endpoint' in changes) await rm(endpointFile(file), {force: true})
        if (withoutTokens || !('token' in changes)) return
        const stored = await readEntry(file)
        const {token} = changes
        if (token === undefined) {
          // Another process may have saved a new token meanwhile.
          if (stored?.token.secret === loaded?.secret) await rm(file, {force: true})
        } else if (!outlasts(stored, {clientId, token})) {
          const entry: StoredToken = {jid, server: server ?? null, clientId, token}
          await writePrivate(file, `${JSON.stringify(entry)}\n`)
        }
      } catch (error) {
        warnOnce(error)
      }
    },
  }
}

/** An expired token would cost a refused sign-in and a second connection. */
const isGood = ({expiry}: Token): boolean => Date.parse(expiry) > Date.now()

/** Whether the stored token, perhaps from another process, is valid longer than the new one. */
function outlasts(
  stored: StoredToken | undefined,
  {clientId, token}: Omit<StoredToken, 'jid' | 'server'>,
) {
  if (stored?.clientId !== clientId || !isGood(stored.token)) return false
  return !(Date.parse(stored.token.expiry) <= Date.parse(token.expiry))
}

/** The accounts with a saved token, and the `--server` of each; of one JID or of all. */
export async function listState(
  env: Env,
  jid?: string,
): Promise<{jid: string; server: string | undefined; file: string}[]> {
  const directory = stateHome(env)
  if (!directory) return []
  const folder = path.join(directory, 'accounts')
  const names = await readdir(folder).catch(() => [])
  const files = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => path.join(folder, name))
  const entries = await Promise.all(
    files.map(async (file) => ({file, entry: await readEntry(file)})),
  )
  return entries.flatMap(({entry, file}) => {
    if (!entry || (jid !== undefined && entry.jid !== jid)) return []
    return [{jid: entry.jid, server: entry.server ?? undefined, file}]
  })
}

/** Deletes the saved state of a JID, for every server. */
export async function deleteState(env: Env, jid: string): Promise<void> {
  const directory = stateHome(env)
  for (const file of directory ? completionFiles(directory, jid) : []) await rm(file, {force: true})
  for (const {file} of await listState(env, jid)) {
    await rm(file, {force: true})
    for (const kind of ['rosters', 'uploads'])
      await rm(path.join(path.dirname(file), '..', kind, path.basename(file)), {force: true})
    await rm(endpointFile(file), {force: true})
  }
}

const endpointFile = (file: string): string =>
  path.join(path.dirname(file), '../endpoints', path.basename(file))

/** The client id of all processes: the first process creates the file, and the others read it. */
async function sharedClientId(directory: string): Promise<string> {
  const file = path.join(directory, 'client-id')
  const stored = await readText(file)
  if (isId(stored)) return stored.trim()
  const fresh = `${randomUUID()}\n`
  try {
    // A file without an id is damaged; the last process to replace it determines the id.
    await (stored === undefined ? createPrivate(file, fresh) : writePrivate(file, fresh))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const shared = await readText(file)
  if (isId(shared)) return shared.trim()
  throw new Error(`${file} cannot be read`)
}

const isId = (text: string | undefined): text is string => UUID.test(text?.trim() ?? '')

/** Undefined if the file is missing or cannot be read. */
async function readText(file: string): Promise<string | undefined> {
  try {
    return await readOwnFile(file)
  } catch {
    return undefined
  }
}

async function readEntry(file: string): Promise<StoredToken | undefined> {
  try {
    const entry = JSON.parse((await readText(file)) ?? '') as Partial<StoredToken>
    const {expiry, mechanism, secret} = entry.token ?? {}
    const texts = [entry.jid, entry.clientId, expiry, mechanism, secret]
    return texts.every((text) => typeof text === 'string') ? (entry as StoredToken) : undefined
  } catch {
    return undefined
  }
}

/** A store that saves tokens but loads none, so that the sign-in uses the password. */
export function withoutToken({load, save}: StateStore): StateStore {
  return {
    save,
    async load() {
      const {clientId} = await load()
      return {clientId}
    },
  }
}

/** A store that saves nothing before `commit`, for a run that may fail after the sign-in and must not leave a token then. */
export function deferred({load, save}: StateStore): StateStore & {commit(): Promise<void>} {
  const deferred: SavedState = {}
  return {
    load,
    save: async (changes) => void Object.assign(deferred, changes),
    commit: () => save(deferred),
  }
}

/** A store that loads but does not save, for a run that deletes the saved state. */
export const readOnly = ({load}: StateStore): StateStore => ({load, save: async () => {}})
