/** XEP-0045 §10: configuring and destroying a room <https://xmpp.org/extensions/xep-0045.html#owner> */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {
  type Answers,
  buildSubmit,
  type DataForm,
  NS_DATA,
  parseDataForm,
} from '../core/data-form.ts'
import {ownerError} from './errors.ts'

const NS_MUC_OWNER = 'http://jabber.org/protocol/muc#owner'

/** §15.5.3: the prefix of the standard field names. */
export const CONFIG_PREFIX = 'muc#roomconfig_'
export const PERSISTENT = `${CONFIG_PREFIX}persistentroom`

/** §10.2: the configuration form, with the current values. */
export async function getConfiguration(iq: Iq, room: string): Promise<DataForm> {
  const query = await request(iq.get(xml('query', {xmlns: NS_MUC_OWNER}), room), room)
  const x = query?.getChild('x', NS_DATA)
  if (x) return parseDataForm(x)
  throw new Failure('malformed-answer', `${room} sent no configuration form`, EXIT.protocol, {
    stage: 'request',
  })
}

/** §10.1.3 and §10.2: applies the configuration; a new room becomes unlocked. Fields without an answer keep their values. */
export async function setConfiguration(
  iq: Iq,
  room: string,
  form: DataForm,
  answers: Answers,
): Promise<void> {
  await request(iq.set(xml('query', {xmlns: NS_MUC_OWNER}, buildSubmit(form, answers)), room), room)
}

/** Some services have temporary rooms only, which end when their last occupant leaves. */
export type CreatedRoom = 'persistent' | 'temporary'

/** §10.1.3: the defaults of the service for a new room, which is persistent if the service has such rooms. */
export async function makePersistent(iq: Iq, room: string): Promise<CreatedRoom> {
  const form = await getConfiguration(iq, room)
  await setConfiguration(iq, room, form, {[PERSISTENT]: ['1']})
  return form.fields.some(({name}) => name === PERSISTENT) ? 'persistent' : 'temporary'
}

/** §10.9: removes the room and its occupants. */
export async function destroyRoom(
  iq: Iq,
  room: string,
  {alternate, reason}: {alternate?: string | undefined; reason?: string | undefined} = {},
): Promise<void> {
  const children = reason === undefined ? [] : [xml('reason', {}, reason)]
  const destroy = xml('destroy', {jid: alternate}, ...children)
  await request(iq.set(xml('query', {xmlns: NS_MUC_OWNER}, destroy), room), room)
}

function request(answer: Promise<Element | undefined>, room: string): Promise<Element | undefined> {
  return answer.catch((error) => {
    throw ownerError(error, room)
  })
}
