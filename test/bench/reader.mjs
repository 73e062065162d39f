/** `listen` with nothing else: becomes available, says so, and counts `count` messages. */
import {connect, footer, PONG, ping, settings, signIn} from './raw.mjs'

const END = '</message>'

const {socket, until} = await connect()
await signIn({socket, until})
socket.write(`<presence/>${ping}`)
await until(PONG)

let received = 0
let rest = '' // an end tag may come in two pieces
socket.removeAllListeners('data').on('data', (text) => {
  const parts = (rest + text).split(END)
  received += parts.length - 1
  rest = parts.at(-1).slice(1 - END.length)
  if (received < settings.count) return
  socket.end(footer)
  socket.destroySoon()
})
process.stdout.write('ready\n')
