/** XEP-0128: Service Discovery Extensions <https://xmpp.org/extensions/xep-0128.html> */
import type {Element, Iq} from '../../xml.ts'
import {NS_DATA, parseDataForm} from './data-form.ts'
import {buildInfoRequest, type DiscoInfo, NS_DISCO_INFO, parseInfo} from './disco-info.ts'
import {payloadOf} from './unsupported.ts'

/** A form that a service adds to its features, such as its contact addresses or its limits. */
export interface DiscoForm {
  /** The value of FORM_TYPE (XEP-0068), which defines the fields. */
  type: string | null
  fields: {name: string; label: string; values: string[]}[]
}

export interface ExtendedInfo extends DiscoInfo {
  forms: DiscoForm[]
}

export function parseDiscoForms(query: Element | undefined): DiscoForm[] {
  return (query?.getChildren('x', NS_DATA) ?? []).map((x) => {
    const {fields} = parseDataForm(x)
    return {
      type: fields.find(({name}) => name === 'FORM_TYPE')?.values[0] ?? null,
      fields: fields
        .filter(({name}) => name !== 'FORM_TYPE')
        .map(({label, name, values}) => ({name, label, values})),
    }
  })
}

/** Identities, features and forms of an address, or of a node at it. */
export async function getExtendedInfo(iq: Iq, to: string, node?: string): Promise<ExtendedInfo> {
  const query = await payloadOf(iq.get(buildInfoRequest(node), to), {
    to,
    namespace: NS_DISCO_INFO,
    feature: 'service discovery (XEP-0030)',
  })
  return {...parseInfo(query), forms: parseDiscoForms(query)}
}
