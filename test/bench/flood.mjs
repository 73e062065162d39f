/** A minimal `send --batch`: `count` messages in large writes, and a ping after the last one. */
import {once} from 'node:events'
import {connect, footer, message, PONG, ping, settings, signIn} from './raw.mjs'

const MESSAGES_PER_WRITE = 100 // more do not make it faster

const connection = await connect()
await signIn(connection)
const {body, count, to} = settings
for (let sent = 0; sent < count; sent += MESSAGES_PER_WRITE) {
  const length = Math.min(MESSAGES_PER_WRITE, count - sent)
  const room = connection.socket.write(Array.from({length}, () => message(to, body)).join(''))
  if (!room) await once(connection.socket, 'drain')
}
connection.socket.write(ping)
await connection.until(PONG)
connection.socket.end(footer)
connection.socket.destroySoon()
