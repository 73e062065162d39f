/** A server with any registration form, for fields that Prosody and ejabberd do not have. */
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {newAuthority} from '../support/certificates.ts'
import {environment} from '../support/cli.ts'
import {startScriptedServer} from '../support/scripted-server.ts'

export interface Registrar {
  env: NodeJS.ProcessEnv
  /** The stanzas of clients after the request for the form. */
  answers: string[]
  close(): Promise<void>
}

/**
 * @param form the children of its query element
 * @param reply the children of the reply to the submission, such as an `<error>`; `cut`: the connection ends instead
 */
export async function startRegistrar(form: string, reply = ''): Promise<Registrar> {
  const dir = mkdtempSync(path.join(tmpdir(), 'xmpp-registrar-'))
  const authority = newAuthority()
  const ca = path.join(dir, 'ca.pem')
  writeFileSync(ca, authority.cert)
  const answers: string[] = []
  const server = await startScriptedServer(
    async (peer) => {
      await peer.open("<register xmlns='http://jabber.org/features/iq-register'/>")
      const request = await peer.read('</iq>')
      const query = `<query xmlns='jabber:iq:register'>${form}</query>`
      peer.write(`<iq type='result' from='localhost' id='${idOf(request)}'>${query}</iq>`)
      const answer = await peer.read('</iq>')
      answers.push(answer)
      if (reply === 'cut') return peer.end()
      const type = reply.startsWith('<error') ? 'error' : 'result'
      peer.write(`<iq type='${type}' from='localhost' id='${idOf(answer)}'>${reply}</iq>`)
      await peer.read('</stream:stream>')
      peer.end()
    },
    {tls: authority.issue({domains: ['localhost']})},
  )
  return {
    answers,
    env: {
      ...environment(),
      HOME: dir,
      XMPP_CA_FILE: ca,
      XMPP_SERVER: `xmpps://127.0.0.1:${server.port}`,
    },
    async close() {
      await server.close()
      rmSync(dir, {recursive: true, force: true})
    },
  }
}

const idOf = (iq: string): string => /<iq[^>]* id="([^"]*)"/.exec(iq)?.[1] ?? ''
