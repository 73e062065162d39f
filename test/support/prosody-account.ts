/** RFC 5802 §3: the SCRAM credentials on a server, in Prosody's files <https://www.rfc-editor.org/rfc/rfc5802> */
import {createHash, createHmac, pbkdf2Sync, randomUUID} from 'node:crypto'
import {mkdir, writeFile} from 'node:fs/promises'
import path from 'node:path'
import type {Account} from './server.ts'

export type ScramHash = 'SHA-1' | 'SHA-256'

interface StoredAccount extends Account {
  iterations: number
  hash: ScramHash
}

/** Creates an account or changes its password; a running server uses it at once. */
export async function writeStoredAccount(dataPath: string, account: StoredAccount): Promise<void> {
  const [local = '', domain = ''] = account.jid.split('@')
  const accounts = path.join(dataPath, encode(domain), 'accounts')
  await mkdir(accounts, {recursive: true})
  await writeFile(path.join(accounts, `${encode(local)}.dat`), lua(scramKeys(account)))
}

function scramKeys({password, iterations, hash}: StoredAccount): Record<string, string | number> {
  const digest = hash === 'SHA-1' ? 'sha1' : 'sha256'
  const length = hash === 'SHA-1' ? 20 : 32
  const salt = randomUUID()
  const salted = pbkdf2Sync(password, salt, iterations, length, digest)
  const hmac = (text: string): Buffer => createHmac(digest, salted).update(text).digest()
  return {
    iteration_count: iterations,
    salt,
    stored_key: createHash(digest).update(hmac('Client Key')).digest('hex'),
    server_key: hmac('Server Key').toString('hex'),
  }
}

const lua = (table: Record<string, string | number>): string =>
  `return { ${Object.entries(table)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)};`)
    .join(' ')} };\n`

/** A name in the paths of Prosody: characters other than ASCII letters and digits become %xx. */
function encode(name: string): string {
  return [...Buffer.from(name)]
    .map((byte) => {
      const letter = String.fromCharCode(byte)
      return /[A-Za-z0-9]/.test(letter) ? letter : `%${byte.toString(16).padStart(2, '0')}`
    })
    .join('')
}
