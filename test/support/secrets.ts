/** Searches output and state for a known secret. */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

/** The forms in which a secret could be printed: plain, and as PLAIN, logs, URLs and dumps write it. */
const forms = (secret: string, user: string): string[] => [
  secret,
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
  Buffer.from(`\0${user}\0${secret}`).toString('base64'),
  Buffer.from(secret).toString('hex'),
  encodeURIComponent(secret),
]

/** @param user the local part of the JID */
export function assertNoSecret(text: string, where: string, secret: string, user: string): void {
  for (const form of forms(secret, user))
    assert.ok(!text.includes(form), `${where} has it: ${text}`)
}

/** The content of every file in the state folder, except code that several homes share. */
export function stateFiles(env: NodeJS.ProcessEnv): string[] {
  const files = filesBelow(path.join(env.XDG_STATE_HOME ?? '', 'xmpp'))
  try {
    return files.map((file) => readFileSync(file, 'latin1'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return stateFiles(env) // another run has renamed its temporary file
  }
}

/** Follows no symbolic link. */
function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, {withFileTypes: true})
  const files = entries.filter((entry) => entry.isFile())
  const folders = entries.filter((entry) => entry.isDirectory())
  return [
    ...files.map(({name}) => path.join(folder, name)),
    ...folders.flatMap(({name}) => filesBelow(path.join(folder, name))),
  ]
}

/** The tokens in the state folder (XEP-0484). */
export const tokensOf = (env: NodeJS.ProcessEnv): string[] =>
  stateFiles(env).flatMap((text) => /"secret":"([^"]+)"/.exec(text)?.[1] ?? [])
