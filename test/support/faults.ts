/** The simplest faults: a closed port, and a silent server. */
import net from 'node:net'
import {type LoopbackServer, listen} from './loopback.ts'
import {freePort} from './ports.ts'

/** Accepts connections and sends nothing. */
export function silent(): Promise<LoopbackServer> {
  return listen(net.createServer((socket) => socket.resume()))
}

/** A port on which nothing listens. */
export function refusing(): Promise<number> {
  return freePort()
}
