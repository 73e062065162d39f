/** A server that follows the script of one test: for faults, not to replace a real server. */
import net from 'node:net'
import type {Duplex} from 'node:stream'
import tls from 'node:tls'
import type {Pair} from './certificates.ts'
import {type LoopbackServer, listen} from './loopback.ts'

export interface Peer {
  /** All data of the client so far, inside TLS. */
  readonly text: string
  /** Resolves with the data of the client up to and including this, after the data that was read before. */
  read(until: string | RegExp): Promise<string>
  write(text: string): void
  /** Reads a stream header and answers it, with these features. */
  open(features: string): Promise<void>
  /** Reads `<starttls/>`, agrees, and goes on inside TLS. */
  startTls(pair: Pair): Promise<void>
  /** Closes the connection with FIN, after all written data. */
  end(): void
  /** Drops the connection with RST. */
  reset(): void
}

export type Script = (peer: Peer) => Promise<void>

export interface ScriptedOptions {
  domain?: string
  /** TLS from the first byte, with this certificate. */
  tls?: Pair
}

/** Runs the script for each connection; `close` rejects if a script failed. */
export async function startScriptedServer(
  script: Script,
  options: ScriptedOptions = {},
): Promise<LoopbackServer> {
  const failures: unknown[] = []
  const server = net.createServer({noDelay: true}, async (socket) => {
    try {
      await script(await newPeer(socket, options))
    } catch (error) {
      if (!(error instanceof ClientLeft)) failures.push(error)
      socket.destroy()
    }
  })
  const loopback = await listen(server)
  return {
    port: loopback.port,
    get connections() {
      return loopback.connections
    },
    cut: loopback.cut,
    async close() {
      await loopback.close()
      if (failures.length > 0) throw failures[0]
    },
  }
}

/** The client may disconnect at any time: this ends a script and is not a failure. */
class ClientLeft extends Error {}

async function newPeer(socket: net.Socket, options: ScriptedOptions): Promise<Peer> {
  const {domain = 'localhost'} = options
  let wire: Duplex = socket
  let text = ''
  let position = 0
  let wake = (): void => {}
  let left = false

  const leave = (): void => {
    left = true
    wake()
  }
  const attach = (to: Duplex): void => {
    wire = to
    wire.setEncoding('utf8')
    wire.on('data', (chunk: string) => {
      text += chunk
      wake()
    })
    wire.on('error', leave).on('end', leave).on('close', leave)
  }
  const secure = async (pair: Pair): Promise<void> => {
    const inside = new tls.TLSSocket(socket, {isServer: true, ...pair})
    attach(inside)
    await new Promise<void>((resolve, reject) => {
      inside.once('secure', () => resolve())
      inside.once('close', () => reject(new ClientLeft()))
    })
  }

  const peer: Peer = {
    get text() {
      return text
    },
    async read(until) {
      for (;;) {
        const end = endOf(text.slice(position), until)
        if (end !== undefined) {
          const read = text.slice(position, position + end)
          position += end
          return read
        }
        if (left) throw new ClientLeft()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    write: (part) => void wire.write(part),
    async open(features) {
      await peer.read(/<stream:stream[^>]*>/)
      peer.write(`${header(domain)}<stream:features>${features}</stream:features>`)
    },
    async startTls(pair) {
      await peer.read(/<starttls[^>]*>/)
      socket.removeAllListeners('data')
      peer.write("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
      await secure(pair)
    },
    end: () => void wire.end(),
    reset: () => void socket.resetAndDestroy(),
  }
  if (options.tls) await secure(options.tls)
  else attach(socket)
  return peer
}

const header = (domain: string): string =>
  `<?xml version='1.0'?><stream:stream from='${domain}' id='scripted' version='1.0'
    xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>`

function endOf(text: string, until: string | RegExp): number | undefined {
  const match = typeof until === 'string' ? undefined : until.exec(text)
  if (match) return match.index + match[0].length
  const index = typeof until === 'string' ? text.indexOf(until) : -1
  return index < 0 ? undefined : index + String(until).length
}
