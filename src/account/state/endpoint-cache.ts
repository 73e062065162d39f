/** Where the server of an account was found (RFC 6120 §3.2), so that for an hour nobody has to look again. */

import {readOwnFile} from '../../read-file.ts'
import type {Endpoint} from '../../session/types.ts'
import {writePrivate} from './private-file.ts'

// DNS does not tell a program how long its answers hold; most zones say an hour, and moves are announced.
const LASTS_MS = 60 * 60 * 1000

/** Undefined for what is missing, damaged or too old. */
export async function readEndpoint(file: string): Promise<Endpoint | undefined> {
  try {
    const {host, kind, port, until} = JSON.parse(await readOwnFile(file))
    const isPort = Number.isInteger(port) && port > 0 && port < 65_536
    const isValid = typeof host === 'string' && isPort && (kind === 'tls' || kind === 'starttls')
    const left = Date.parse(until) - Date.now()
    return isValid && left > 0 && left <= LASTS_MS ? {host, kind, port} : undefined
  } catch {
    return undefined
  }
}

export async function writeEndpoint(file: string, endpoint: Endpoint): Promise<void> {
  const {host, kind, port} = endpoint
  const until = new Date(Date.now() + LASTS_MS).toISOString()
  await writePrivate(file, `${JSON.stringify({kind, host, port, until})}\n`)
}
