/** A client of a test account, whose stanzas the test reads and writes. */
import {StanzaListener} from '../../src/protocol/core/stanza-listener.ts'
import {buildPresence} from '../../src/protocol/presence/presence.ts'
import {type Session, withSession} from '../../src/session/session.ts'
import {type Element, xml} from '../../src/xml.ts'
import {account} from '../fixtures/accounts.ts'
import type {TestServer} from './server.ts'

export interface Client extends Session {
  listener: StanzaListener
  /** Resolves with the next message that has this text in its XML. */
  receives(text: string | RegExp): Promise<Element>
  /** Sends a chat message with these children. */
  says(to: string, ...children: Element[]): Promise<void>
  close(): Promise<void>
}

/** Signs in, and becomes available. */
export async function openClient(
  server: TestServer,
  name: string,
  {priority = 0} = {},
): Promise<Client> {
  let close = (): void => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  let done: Promise<void> = Promise.resolve()
  const session = await new Promise<Session>((resolve, reject) => {
    const use = async (session: Session): Promise<void> => {
      resolve(session)
      await closed
    }
    done = withSession(account(server, name, server.tlsPort), use, {trace: {}})
    done.catch(reject)
  })
  const listener = new StanzaListener(session.stanzas)
  await session.stanzas.sendConfirmed(buildPresence({priority}))
  return {
    ...session,
    listener,
    receives: (text) =>
      listener.waitFor((stanza) => {
        const isIt =
          typeof text === 'string' ? String(stanza).includes(text) : text.test(`${stanza}`)
        return stanza.name === 'message' && isIt ? stanza : undefined
      }),
    says: (to, ...children) =>
      session.stanzas.sendConfirmed(
        xml('message', {to, type: 'chat', id: crypto.randomUUID()}, ...children),
      ),
    close: async () => {
      await session.stanzas.sendConfirmed(buildPresence({show: 'offline'}))
      close()
      await done
    },
  }
}
