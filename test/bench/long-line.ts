/** A proxy that delays everything, also the opening of a connection. */
import net from 'node:net'
import {type LoopbackServer, listen} from '../support/loopback.ts'

/**
 * A proxy to `target`, a port of 127.0.0.1, with a round-trip time of `rtt` milliseconds. The system accepts the
 * connection of a client at once; over a real network the client could send its first bytes only after a round trip.
 * So the proxy delays these bytes by that time.
 */
export function longLine(target: number, rtt: number): Promise<LoopbackServer> {
  const server = net.createServer({allowHalfOpen: true, noDelay: true}, (client) => {
    const upstream = net.connect({port: target, host: '127.0.0.1', allowHalfOpen: true})
    upstream.setNoDelay(true)
    const connected = performance.now() + rtt
    carry(client, upstream, () => Math.max(performance.now(), connected) + rtt / 2)
    carry(upstream, client, () => performance.now() + rtt / 2)
  })
  return listen(server)
}

/** Forwards data in order. @param due returns the time when data that is sent now arrives */
function carry(from: net.Socket, to: net.Socket, due: () => number): void {
  const onTheWay: Array<{act: () => void; at: number}> = []
  const deliver = (): void => {
    for (let next = onTheWay[0]; next; next = onTheWay[0]) {
      const wait = next.at - performance.now()
      if (wait > 0) {
        setTimeout(deliver, Math.ceil(wait)) // Node rounds down, which would be too early
        return
      }
      onTheWay.shift()
      next.act()
    }
  }
  const later = (act: () => void): void => {
    if (onTheWay.push({act, at: due()}) === 1) deliver()
  }
  from.on('data', (data) => later(() => to.write(data)))
  from.on('end', () => later(() => to.end()))
  from.on('error', () => later(() => to.resetAndDestroy()))
  from.on('close', () => later(() => to.destroySoon()))
}
