/** `npm run sandbox`: a private Prosody with two accounts, until Ctrl-C. */
import {once} from 'node:events'
import path from 'node:path'
import {startProsody} from '../test/support/prosody.ts'

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

const stopped = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => once(process, name)))
// The modules for SASL2 may not be installed.
const server = await startProsody({users: ['alice', 'bob'], sasl2: false})

const settings = (name: string): Record<string, string> => {
  const {jid, password} = server.account(name)
  return {
    XMPP_JID: jid,
    XMPP_PASSWORD: password,
    XMPP_SERVER: `xmpp://127.0.0.1:${server.port}`,
    XMPP_CA_FILE: server.ca,
    XDG_STATE_HOME: server.dir, // what is remembered of it goes with it
  }
}
const alias = `alias xmpp='node ${path.join(import.meta.dirname, '../bin/run.js')}'`

say('# A private Prosody is running. Paste this into a shell to be Alice:')
for (const [key, value] of Object.entries(settings('alice'))) say(`export ${key}=${value}`)
say(alias)
say()
say('# and into another to be Bob:')
for (const [key, value] of Object.entries(settings('bob'))) say(`# export ${key}=${value}`)
say(`# ${alias}`)
say()
say('# Then, for example: xmpp listen (Bob), and xmpp send bob@localhost hello (Alice).')
say('# Rooms are at conference.localhost. Ctrl-C ends the server and deletes its data.')

await stopped
await server.stop()
