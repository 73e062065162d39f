/** Accounts of a test server as a session wants them, and somebody who writes to juliet without pause. */
import {readFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseJid} from '../../src/jid.ts'
import {withSession} from '../../src/session/session.ts'
import type {Account} from '../../src/session/types.ts'
import {type Element, xml} from '../../src/xml.ts'
import type {TestServer} from '../support/server.ts'

export function account(server: TestServer, name: string, port: number): Account {
  const {jid, password} = server.account(name)
  return {
    jid: parseJid(jid),
    password: async () => password,
    anonymous: false,
    server: `xmpps://127.0.0.1:${port}`,
    proxy: undefined,
    trust: {domain: server.domain, ca: readFileSync(server.ca, 'utf8')},
    connectTimeout: 10_000,
    timeout: undefined,
    retry: 0,
    memory: undefined,
  }
}

export const numbers = (total: number): string[] => Array.from({length: total}, (_, i) => String(i))

export const chat = (to: string, body: number | string): Element =>
  xml('message', {to, type: 'chat'}, xml('body', {}, String(body)))

/** Sends numbered messages to juliet, each when the one before was accepted, until it is enough; says how many. */
export function pump(
  server: TestServer,
  enough: () => boolean,
  wait = (_sent: number): boolean => false,
): {begin(): void; done: Promise<number>} {
  let begin = (): void => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const done = withSession(
    account(server, 'romeo', server.tlsPort),
    async ({stanzas}) => {
      await begun
      let sent = 0
      for (; !enough(); sent++) {
        await stanzas.sendConfirmed(chat('juliet@localhost', sent))
        await sleep(1)
        while (wait(sent)) await sleep(20)
      }
      await stanzas.sendConfirmed(chat('juliet@localhost', 'last'))
      return sent
    },
    {trace: {}},
  )
  return {begin, done}
}
