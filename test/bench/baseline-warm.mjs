/** A minimal `send` with a token: the lower limit for a program in this language. */
import {connect, footer, header, message, PONG, ping, settings, withToken} from './raw.mjs'

const {socket, until} = await connect()
const {expected, request} = withToken(socket, settings.token)
socket.write(header + request + message(settings.to, settings.body) + ping)
const [success] = await until(/<success.*?<\/success>/s)
if (!success.includes(expected))
  throw new Error(`the server did not prove that it knows the token: ${success}`)
await until(PONG)
socket.end(footer)
socket.destroySoon()
