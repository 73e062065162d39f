/** Servers on loopback for one test file; `closeAll` closes all of them. */
import {once} from 'node:events'
import net from 'node:net'

const opened: Array<{close(): unknown}> = []
const sockets = new Set<net.Socket>()

/** Starts a server on a free port of loopback, and resolves with the port. */
export async function listen(server: net.Server, host = '127.0.0.1'): Promise<number> {
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // the peer may disconnect at any time
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, host)
  await once(server, 'listening')
  opened.push(server)
  return (server.address() as net.AddressInfo).port
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const {port} = server.address() as net.AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

export function closeAll(): void {
  for (const server of opened.splice(0)) server.close()
  for (const socket of sockets) socket.destroy()
}

/** A signal for tests that should never need it. */
export function soon(milliseconds = 10_000): AbortSignal {
  return AbortSignal.timeout(milliseconds)
}
