/** `send` with a password and nothing else: the fewest flights, and a token kept for baseline-warm.mjs. */
import {connect, footer, keep, message, PONG, ping, settings, signIn} from './raw.mjs'

const line = await connect()
const token = await signIn(line, message(settings.to, settings.body) + ping)
keep({token})
await line.until(PONG)
line.socket.end(footer)
line.socket.destroySoon()
