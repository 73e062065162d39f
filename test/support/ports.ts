/** Free ports of loopback. */
import {once} from 'node:events'
import net from 'node:net'
import {networkInterfaces} from 'node:os'

/** The loopback addresses of this machine: 127.0.0.1, and ::1 if IPv6 is on. */
export const LOOPBACK: readonly string[] = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .map(({address}) => address)
  .filter((address) => address === '127.0.0.1' || address === '::1')

// Below the range that systems use for the ports of outgoing connections: one of those could occupy the port between
// the check and the bind of the server.
const FIRST = 15_000
const LAST = 32_000

// `mocha --parallel` runs files in several processes, and each takes its ports from a part of its own: another one
// could occupy a port in that moment as well. Runs of mocha at the same time have different process ids.
const PARTS = 8
const SIZE = Math.floor((LAST - FIRST) / PARTS)
const LOWEST = FIRST + SIZE * (Number(process.env.MOCHA_WORKER_ID ?? process.pid) % PARTS)
const HIGHEST = LOWEST + SIZE

const ANSWER_MS = 1000

const given = new Set<number>()

/** A free port, which is not returned twice. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST))
    if (given.has(port)) continue
    given.add(port)
    const free = await Promise.all(LOOPBACK.map((address) => canListen(port, address)))
    if (free.every(Boolean)) return port
  }
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = net.createServer()
  const listening = new Promise<boolean>((resolve) => {
    server.once('listening', () => resolve(true))
    server.once('error', () => resolve(false))
  })
  server.listen(port, host)
  if (!(await listening)) return false
  server.close()
  await once(server, 'close')
  return true
}

export async function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  const socket = net.connect(port, host)
  const connected = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  socket.destroy()
  return connected
}

/** Whether an XMPP server there has started: its ports are open before that, but it answers only afterwards. */
export async function greets(port: number): Promise<boolean> {
  const socket = net.connect({port, host: '127.0.0.1', timeout: ANSWER_MS})
  socket.once('timeout', () => socket.destroy())
  socket.write(
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>",
  )
  const answered = await new Promise<boolean>((resolve) => {
    socket.once('data', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(false))
  })
  socket.destroy()
  return answered
}
