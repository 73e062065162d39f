/** RFC 6120 §3.2: a connection to a server of the domain: where it was the last time, else where DNS says. */
import type {Account} from './account.ts'
import {type Dialled, dial} from './dial.ts'
import type {Endpoint} from './endpoint.ts'
import type {Connecting} from './line.ts'
import {resolve} from './resolve.ts'

/** Milliseconds that a server has to be where it was: longer takes no answer on the way round the world. */
const PATIENCE = 1000

export interface Reaching extends Connecting {
  known: Endpoint | undefined
  /** Work that keeps the processor busy for a while: run when a connection is on its way. */
  meanwhile: () => void
}

export async function reach(
  {jid, proxy, server, trust}: Account,
  {enter, known, meanwhile, signal, trace}: Reaching,
): Promise<Dialled> {
  if (known) {
    enter('connect')
    trace.note('connect', `trying ${show(known)}, where it was the last time`)
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
    try {
      return await dial([known], {signal: patience, meanwhile})
    } catch {
      signal.throwIfAborted()
      trace.note('connect', 'nobody is there any more')
    }
  }
  const through = proxy === undefined ? {} : {proxy}
  enter('resolve')
  const endpoints = await resolve(jid.domain, server, {signal, trust, ...through})
  const asked = proxy !== undefined && server === undefined ? ' through the proxy, without DNS' : ''
  trace.note('resolve', `trying ${endpoints.map(show).join(', ')}${asked}`)
  enter('connect')
  return dial(endpoints, {signal, meanwhile, ...through})
}

export const show = ({host, kind, port, url}: Endpoint): string =>
  url ?? `${host}:${port} (${kind})`
