/** What a program writes that takes @xmpp/client as it comes: the same message, and the same ping behind it. */
import {readFileSync} from 'node:fs'
import {client, xml} from '@xmpp/client'

const [, , file] = process.argv
const {body, domain, jid, password, port, to} = JSON.parse(readFileSync(file, 'utf8'))

const [username] = jid.split('@')
// By name, as the certificate has it. The CA can only come by NODE_EXTRA_CA_CERTS.
const service = `xmpps://${domain}:${port}`
const xmpp = client({service, domain, username, password})
xmpp.on('error', (error) => {
  throw error
})
await xmpp.start()
await xmpp.send(xml('message', {to, type: 'chat'}, xml('body', {}, body)))
await xmpp.iqCaller.get(xml('ping', 'urn:xmpp:ping'), domain)
await xmpp.stop()
process.exit() // its timers would keep the process for another second
