/** Saves the address of an account's server (RFC 6120 §3.2) for an hour, so that further runs need no DNS lookup. */
import {readOwnFile} from '../../read-file.ts'
import type {Endpoint} from '../../session/types.ts'
import {writePrivate} from './private-file.ts'

// The resolver of Node does not report the TTL; an hour is common.
const MAX_AGE_MS = 60 * 60 * 1000

/** Undefined if it is missing, damaged or too old. */
export async function readEndpoint(file: string): Promise<Endpoint | undefined> {
  try {
    const {host, kind, port, until} = JSON.parse(await readOwnFile(file))
    const isPort = Number.isInteger(port) && port > 0 && port < 65_536
    const isValid = typeof host === 'string' && isPort && (kind === 'tls' || kind === 'starttls')
    const left = Date.parse(until) - Date.now()
    return isValid && left > 0 && left <= MAX_AGE_MS ? {host, kind, port} : undefined
  } catch {
    return undefined
  }
}

export async function writeEndpoint(file: string, endpoint: Endpoint): Promise<void> {
  const {host, kind, port} = endpoint
  const until = new Date(Date.now() + MAX_AGE_MS).toISOString()
  await writePrivate(file, `${JSON.stringify({kind, host, port, until})}\n`)
}
