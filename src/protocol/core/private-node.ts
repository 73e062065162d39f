/** XEP-0223: Persistent Storage of Private Data via PubSub <https://xmpp.org/extensions/xep-0223.html>, on nodes of PEP */
import {EXIT, Failure} from '../../errors.ts'
import {type Element, type Iq, xml} from '../../xml.ts'
import {type Answers, buildSubmit, type DataForm, NS_DATA, parseDataForm} from './data-form.ts'
import {
  buildPublish,
  hasOtherOptions,
  type Item,
  type NodeOptions,
  NS_PUBSUB,
  publishWith,
} from './pubsub.ts'

const NS_PUBSUB_OWNER = `${NS_PUBSUB}#owner`
/** A server without it may show private data to others (§8). */
export const FEATURE_PUBLISH_OPTIONS = `${NS_PUBSUB}#publish-options`
const ACCESS_FIELD = 'pubsub#access_model'

const PRIVATE: NodeOptions = {access_model: 'whitelist'}

export interface PrivateNode {
  node: string
  /** Besides the access model. */
  options: NodeOptions
  /** Make a node private that others can read. */
  makePrivate: boolean
}

/** Publishes an item that only this account can read. Throws `public-node` (78) for a node that others can read. */
export async function publishPrivately(
  iq: Iq,
  {makePrivate, node, options}: PrivateNode,
  item: Item,
): Promise<void> {
  const all = {...options, ...PRIVATE}
  try {
    await publishWith(iq, node, item, all)
  } catch (error) {
    if (!hasOtherOptions(error)) throw error
    const form = await getNodeForm(iq, node)
    const access = form.fields.find(({name}) => name === ACCESS_FIELD)?.values[0] ?? 'unknown'
    if (access !== PRIVATE.access_model && !makePrivate) throw publicNode(node, access)
    await iq.set(buildConfiguration(node, buildSubmit(form, answersTo(form, all))))
    // The server may not support the other options.
    await iq.set(buildPublish(node, item, PRIVATE))
  }
}

/** XEP-0060 §8.2: the configuration of a node. */
async function getNodeForm(iq: Iq, node: string): Promise<DataForm> {
  const pubsub = await iq.get(buildConfiguration(node))
  const x = pubsub?.getChild('configure')?.getChild('x', NS_DATA)
  if (x) return parseDataForm(x)
  throw new Failure('malformed-answer', `The server sent no form for ${node}`, EXIT.protocol, {
    stage: 'request',
  })
}

const buildConfiguration = (node: string, form?: Element): Element =>
  xml('pubsub', {xmlns: NS_PUBSUB_OWNER}, xml('configure', {node}, ...(form ? [form] : [])))

/** A server may not have all options. */
function answersTo({fields}: DataForm, options: NodeOptions): Answers {
  const named = fields.flatMap(({name}): [string, string[]][] => {
    const option = name.replace(/^pubsub#/, '')
    return Object.hasOwn(options, option) ? [[name, [options[option] ?? '']]] : []
  })
  return Object.fromEntries(named)
}

function publicNode(node: string, access: string): Failure {
  const message = `Others can read the node ${node} of this account (its access model is ${access})`
  return new Failure('public-node', message, EXIT.config, {
    stage: 'request',
    hint: 'Nothing was stored. To make the node private and store it: --make-private',
  })
}
