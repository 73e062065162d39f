/** XEP-0077: In-Band Registration <https://xmpp.org/extensions/xep-0077.html>, with the pictures of XEP-0158 */
import {type Element, type Iq, xml} from '../../xml.ts'
import {
  type Answers,
  answerTo,
  buildSubmit,
  type DataForm,
  type FormField,
  NS_DATA,
  parseDataForm,
} from '../core/data-form.ts'
import {type Bits, parseBits} from './bits-of-binary.ts'
import {
  closed,
  formIncomplete,
  formRefusal,
  registrationError,
  usernameUnavailable,
} from './errors.ts'

export const NS_REGISTER = 'jabber:iq:register'
const NS_OOB = 'jabber:x:oob'

/** §3.1: the form of the server for a new account. */
export interface RegistrationForm {
  instructions: string | null
  /** The web page for registration instead (§5). */
  url: string | null
  fields: FormField[]
  /** The answer must come as a data form. */
  form: DataForm | null
  /** The pictures that the form shows (XEP-0158). */
  bits: Bits[]
  /** The web page with the CAPTCHA, which ejabberd sends in a separate field. */
  captchaUrl: string | null
}

const NO_FIELDS = ['instructions', 'registered', 'remove', 'key']

export function parseRegistration(query: Element): RegistrationForm {
  const x = query.getChild('x', NS_DATA)
  const form = x ? parseDataForm(x) : null
  const instructions = query.getChildText('instructions') || null
  return {
    instructions: form ? form.instructions.join('\n') || instructions : instructions,
    url: query.getChild('x', NS_OOB)?.getChildText('url') || null,
    fields: form?.fields ?? plainFields(query),
    form,
    bits: parseBits(query),
    captchaUrl: form?.fields.find(({name}) => name === 'captcha-fallback-url')?.values[0] || null,
  }
}

/** All of them are required, and none has a label (§3.1). */
function plainFields(query: Element): FormField[] {
  return query
    .getChildElements()
    .filter((child) => child.getNS() === NS_REGISTER && !NO_FIELDS.includes(child.name))
    .map((child) => ({
      name: child.name,
      type: child.name === 'password' ? 'text-private' : 'text-single',
      label: child.name,
      description: null,
      required: true,
      values: child.text() === '' ? [] : [child.text()],
      options: [],
      open: false,
      media: [],
      validation: null,
    }))
}

/** Throws `no-registration` (69) where accounts cannot be had in this way. */
export async function getRegistration(iq: Iq): Promise<RegistrationForm> {
  const query = await iq.get(xml('query', {xmlns: NS_REGISTER})).catch(formRefusal)
  if (!query) throw closed({})
  const registration = parseRegistration(query)
  const {fields, instructions, url} = registration
  if (fields.every(({type}) => type === 'hidden'))
    throw closed({
      ...(instructions && {text: instructions}),
      ...(url && {hint: `Register on the web: ${url}`}),
    })
  for (const name of ['username', 'password'])
    if (!fields.some((field) => field.name === name)) throw usernameUnavailable(name)
  return registration
}

/** Creates the account. Throws `conflict` (73) when the name is taken. */
export async function register(
  iq: Iq,
  registration: RegistrationForm,
  answers: Answers,
): Promise<void> {
  const {fields, form} = registration
  const children = form
    ? [buildSubmit(form, answers)]
    : fields.map((field) => xml(field.name, {}, answerTo(field, answers)[0] ?? ''))
  const query = xml('query', {xmlns: NS_REGISTER}, ...children)
  const answer = await iq.set(query).catch((error) => registrationError(error, registration))
  // §3.1: success has nothing in it; another form is no success.
  if (answer?.getChild('x', NS_DATA)?.attrs.type === 'form') throw formIncomplete()
}

/** §3.2: removes the account of the session, with all that the server keeps for it. */
export async function unregister(iq: Iq): Promise<void> {
  await iq.set(xml('query', {xmlns: NS_REGISTER}, xml('remove')))
}

/** §3.3: the server must know the account by the session. */
export async function changePassword(
  iq: Iq,
  {domain, password, username}: {domain: string; password: string; username: string},
): Promise<void> {
  const children = [xml('username', {}, username), xml('password', {}, password)]
  await iq.set(xml('query', {xmlns: NS_REGISTER}, ...children), domain)
}
