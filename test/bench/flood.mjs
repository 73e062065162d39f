/** `send --batch` with nothing else: `count` of its messages in large writes, and a ping behind the last. */
import {once} from 'node:events'
import {connect, footer, message, PONG, ping, settings, signIn} from './raw.mjs'

const A_WRITE = 100 // messages: more of them make it no faster

const line = await connect()
await signIn(line)
const {body, count, to} = settings
for (let sent = 0; sent < count; sent += A_WRITE) {
  const length = Math.min(A_WRITE, count - sent)
  const room = line.socket.write(Array.from({length}, () => message(to, body)).join(''))
  if (!room) await once(line.socket, 'drain')
}
line.socket.write(ping)
await line.until(PONG)
line.socket.end(footer)
line.socket.destroySoon()
