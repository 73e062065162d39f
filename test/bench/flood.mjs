/** `send --batch` with nothing else: `count` messages in large writes, and a ping behind the last. */
import {once} from 'node:events'
import {connect, footer, message, PONG, ping, settings, signIn} from './raw.mjs'

const A_WRITE = 100 // messages: more of them make it no faster

const line = await connect()
await signIn(line)
const {body, count, to} = settings
for (let sent = 0; sent < count; sent += A_WRITE) {
  const ids = Array.from({length: Math.min(A_WRITE, count - sent)}, (_, i) => sent + i)
  const room = line.socket.write(ids.map((id) => message(to, body, id)).join(''))
  if (!room) await once(line.socket, 'drain')
}
line.socket.write(ping)
await line.until(PONG)
line.socket.end(footer)
line.socket.destroySoon()
