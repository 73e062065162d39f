/** The clients of a user that `info --resource` queries. */
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {getPresence} from '../../protocol/presence/probe.ts'
import type {StanzaChannel} from '../../xml.ts'
import {type EntityInfo, getEntityInfos} from './entity-info.ts'

/** The value of --resource for every client that is online. */
export const ALL = 'all'

/** The address to ask; undefined for the server of the account. */
export function targetOf(
  text: string | undefined,
  resource: string | undefined,
): string | undefined {
  const jid = text === undefined ? undefined : parseJid(text)
  if (resource === undefined) return jid?.full
  if (!jid?.local || jid.resource !== undefined)
    throw new Failure('usage', '--resource needs the bare JID of a user', EXIT.usage, {
      hint: 'Write it like: xmpp info juliet@example.com --resource NAME',
    })
  return resource === ALL ? jid.bare : parseJid(`${jid.bare}/${resource}`).full
}

export async function infoOfClients(
  stanzas: StanzaChannel,
  jid: string,
  isOwn: boolean,
): Promise<EntityInfo[]> {
  const {resources} = await getPresence(stanzas, jid).catch((error: Failure) => {
    if (isOwn && error.code === 'not-subscribed') return {resources: []}
    throw error
  })
  return getEntityInfos(
    stanzas,
    resources.map((presence) => presence.jid),
  )
}
