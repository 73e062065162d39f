/** A minimal `send` with a password, in the fewest round trips. It saves a token for baseline-warm.mjs. */
import {connect, footer, message, PONG, ping, save, settings, signIn} from './raw.mjs'

const connection = await connect()
const token = await signIn(connection, message(settings.to, settings.body) + ping)
save({token})
await connection.until(PONG)
connection.socket.end(footer)
connection.socket.destroySoon()
