/** Connections through a proxy: HTTP CONNECT (RFC 9110 §9.3.6) and SOCKS 5 (RFC 1928). The proxy resolves the names. */
import {addAbortListener} from 'node:events'
import type {Socket} from 'node:net'
import {EXIT, Failure} from '../../errors.ts'
import {loadHttp} from './http-connect.ts'
import {bypasses} from './no-proxy.ts'
import {type ProxyAddress, parseProxy, type Target} from './proxy-address.ts'
import {loadSocks} from './socks.ts'
import {connectTcp, failureReasons, systemErrors} from './tcp.ts'

/**
 * The proxy for a host: the explicit setting, otherwise the proxy variables of the environment. An explicit empty string
 * means no proxy. `port` is for NO_PROXY rules with a port.
 */
export function chooseProxy(
  host: string,
  env: NodeJS.ProcessEnv,
  explicit?: string,
  port?: number,
): string | undefined {
  if (explicit !== undefined) return explicit || undefined
  if (bypasses(host, port, env.NO_PROXY || env.no_proxy || '')) return
  return env.ALL_PROXY || env.all_proxy || env.HTTPS_PROXY || env.https_proxy || undefined
}

/** Connects to the target through the proxy; no data was sent on the connection yet. */
export async function tunnel(uri: string, target: Target, signal: AbortSignal): Promise<Socket> {
  const proxy = parseProxy(uri)
  // loaded before connecting: an error of the socket would be unhandled while the module loads
  const openTunnel = proxy.kind === 'http' ? await loadHttp() : await loadSocks()
  const socket = await connectToProxy(proxy, signal)
  using _ = addAbortListener(signal, () => socket.destroy())
  try {
    await openTunnel(socket, proxy, target)
    signal.throwIfAborted()
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

async function connectToProxy({host, port}: ProxyAddress, signal: AbortSignal): Promise<Socket> {
  try {
    return await connectTcp(host, port, signal)
  } catch (cause) {
    const nameless = systemErrors(cause).every(({code}) => code === 'ENOTFOUND')
    const message = `Could not connect to the proxy at ${host}:${port} (${failureReasons(cause)})`
    const exitCode = nameless ? EXIT.noHost : EXIT.temporary
    throw new Failure('proxy-unreachable', message, exitCode, {stage: 'connect', cause})
  }
}
