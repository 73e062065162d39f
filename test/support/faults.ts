/** The plainest faults: nobody listens, and nobody answers. */
import net from 'node:net'
import {type LoopbackServer, listen} from './loopback.ts'
import {freePort} from './ports.ts'

/** Takes connections and never says a word. */
export function silent(): Promise<LoopbackServer> {
  return listen(net.createServer((socket) => socket.resume()))
}

/** A port on which nobody listens. */
export function refusing(): Promise<number> {
  return freePort()
}
