/** A program that uses @xmpp/client with its defaults: the same message, and the same ping after it. */
import {readFileSync} from 'node:fs'
import {client, xml} from '@xmpp/client'

const [, , file] = process.argv
const {body, domain, jid, password, port, to} = JSON.parse(readFileSync(file, 'utf8'))

const [username] = jid.split('@')
// The host name of the certificate. The CA can only be set by NODE_EXTRA_CA_CERTS.
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
