/**
 * A minimal `listen`: becomes available, prints that it is ready, and counts `count` messages. With `acknowledges`, the
 * server keeps each message until it is acknowledged (XEP-0198), so that none is lost.
 */
import {connect, footer, PONG, ping, settings, signIn} from './raw.mjs'

const END = '</message>'

const {socket, until} = await connect()
await signIn({socket, until})
const {acknowledges, count} = settings
const enable = acknowledges ? "<enable xmlns='urn:xmpp:sm:3' resume='true'/>" : ''
socket.write(`<presence/>${enable}${ping}`)
await until(PONG)

let received = 0
let rest = '' // an end tag may arrive in two pieces
socket.removeAllListeners('data').on('data', (text) => {
  const parts = (rest + text).split(END)
  received += parts.length - 1
  rest = parts.at(-1).slice(1 - END.length)
  const isComplete = received >= count
  if (acknowledges && (isComplete || text.includes('<r ')))
    socket.write(`<a xmlns='urn:xmpp:sm:3' h='${received}'/>`)
  if (!isComplete) return
  socket.end(footer)
  socket.destroySoon()
})
process.stdout.write('ready\n')
