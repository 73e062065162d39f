/** A server inside the test process, on a free port of 127.0.0.1. */
import {once} from 'node:events'
import type net from 'node:net'
import {freePort} from './ports.ts'

export interface LoopbackServer {
  port: number
  /** The number of connections so far. */
  readonly connections: number
  /** Ends all connections, each with FIN, or with RST. */
  cut(how?: 'close' | 'reset'): void
  /** Ends all connections and the server. */
  close(): Promise<void>
}

export async function listen(server: net.Server): Promise<LoopbackServer> {
  const sockets = new Set<net.Socket>()
  let connections = 0
  server.on('connection', (socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {}) // broken connections are the purpose of these servers
    socket.once('close', () => sockets.delete(socket))
  })
  const port = await freePort()
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const cut: LoopbackServer['cut'] = (how = 'close') => {
    for (const socket of sockets) how === 'reset' ? socket.resetAndDestroy() : socket.destroy()
  }
  return {
    port,
    get connections() {
      return connections
    },
    cut,
    async close() {
      const closed = once(server, 'close')
      server.close()
      cut()
      await closed
    },
  }
}
