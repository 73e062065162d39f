/** RFC 2818: HTTP over TLS <https://www.rfc-editor.org/rfc/rfc2818>: a verified connection to a web server. */
import type {TLSSocket} from 'node:tls'
import {Failure} from '../../errors.ts'
import {asciiHost} from '../../jid.ts'
import {connectTls} from '../tls/tls.ts'
import type {Trust} from '../types.ts'
import {dial} from './dial.ts'

export interface HttpsOptions {
  signal: AbortSignal
  proxy?: string | undefined
  trust?: Pick<Trust, 'ca' | 'insecure'> | undefined
}

export const portOf = ({port}: URL): number => Number(port || 443)

/**
 * The web server may be another host than the XMPP server: a pin does not apply to it, and it must not see the client
 * certificate.
 */
export async function connectHttps(
  url: URL,
  {proxy, signal, trust: {ca, insecure} = {}}: HttpsOptions,
): Promise<TLSSocket> {
  const host = asciiHost(url.hostname)
  const endpoint = {kind: 'tls', host, port: portOf(url)} as const
  const {socket} = await dial([endpoint], {signal, proxy})
  return connectTls(socket, {domain: host, insecure, ca}, {signal}).catch((error: unknown) => {
    throw withoutPinHint(error)
  })
}

function withoutPinHint(error: unknown): unknown {
  if (!(error instanceof Failure && error.code.startsWith('certificate-'))) return error
  const hint = 'If this is the right web server, trust its CA with --ca-file'
  return error.with({hint: error.code === 'certificate-untrusted' ? hint : undefined})
}
