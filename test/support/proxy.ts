/** A TCP proxy between a client and a server that can delay, cut or stall connections. */
import net from 'node:net'
import {type LoopbackServer, listen} from './loopback.ts'

type Side = 'client' | 'server'

export interface ProxyOptions {
  /** The delay of each byte in milliseconds, in each direction. */
  delayMs?: number
  /** Resets a connection after this number of bytes from the client; the server receives all of them. */
  cutAfterBytes?: number
  /** Called with each chunk before it is forwarded. */
  onData?(from: Side, chunk: Buffer): void
}

export interface Proxy extends LoopbackServer {
  /** The number of bytes that each side has sent. */
  readonly bytes: Readonly<Record<Side, number>>
  /** Holds all data back without closing a connection, until `resume` delivers it. */
  stall(): void
  resume(): void
}

/** @param target port on 127.0.0.1 */
export async function proxy(target: number, options: ProxyOptions = {}): Promise<Proxy> {
  const bytes = {client: 0, server: 0}
  const held: Array<() => void> = []
  let stalled = false

  const resume = (): void => {
    stalled = false
    for (const act of held.splice(0)) act()
  }
  const later = (act: () => void): void => {
    const deliver = (): void => {
      if (stalled) held.push(act)
      else act()
    }
    if (options.delayMs) setTimeout(deliver, options.delayMs)
    else deliver()
  }
  const forward = (side: Side, from: net.Socket, to: net.Socket): void => {
    let left = side === 'client' ? (options.cutAfterBytes ?? Infinity) : Infinity
    from.on('data', (data: Buffer) => {
      const chunk = data.subarray(0, left)
      left -= chunk.length
      bytes[side] += chunk.length
      options.onData?.(side, chunk)
      later(() => to.write(chunk, () => left === 0 && from.resetAndDestroy()))
    })
    from.on('end', () => later(() => to.end()))
    from.on('error', () => later(() => to.resetAndDestroy()))
    from.on('close', () => later(() => to.destroySoon()))
  }

  const server = net.createServer({allowHalfOpen: true, noDelay: true}, (client) => {
    const upstream = net.connect({port: target, host: '127.0.0.1', allowHalfOpen: true})
    upstream.setNoDelay(true)
    forward('client', client, upstream)
    forward('server', upstream, client)
  })
  const loopback = await listen(server)
  return {
    port: loopback.port,
    get connections() {
      return loopback.connections
    },
    bytes,
    cut: loopback.cut,
    close() {
      resume() // so that the server detects the end of a stalled connection
      return loopback.close()
    },
    stall() {
      stalled = true
    },
    resume,
  }
}
