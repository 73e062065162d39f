/** XEP-0004: Data Forms <https://xmpp.org/extensions/xep-0004.html>, as the service that shows the form */
import {type Element, xml} from '../../xml.ts'
import {type Answers, type DataForm, type FormField, NS_DATA} from './data-form.ts'
import {buildValidation} from './form-validation.ts'

/** §3.2: a form to fill in. */
export function buildForm({fields, instructions, title}: DataForm): Element {
  return xml(
    'x',
    {xmlns: NS_DATA, type: 'form'},
    ...(title ? [xml('title', {}, title)] : []),
    ...instructions.map((line) => xml('instructions', {}, line)),
    ...fields.map(buildField),
  )
}

function buildField(field: FormField): Element {
  const {description, label, name, options, required, type, validation, values} = field
  return xml(
    'field',
    {var: name, type, label},
    ...(description ? [xml('desc', {}, description)] : []),
    ...(required ? [xml('required')] : []),
    ...(validation ? [buildValidation(validation)] : []),
    ...values.map((value) => xml('value', {}, value)),
    ...options.map(({label, value}) => xml('option', {label}, xml('value', {}, value))),
  )
}

/** §3.4: the result of a form, by the names of its fields. */
export function buildResult(values: Answers): Element {
  return xml(
    'x',
    {xmlns: NS_DATA, type: 'result'},
    ...Object.entries(values).map(([name, values]) =>
      xml(
        'field',
        {var: name, label: name, type: values.length > 1 ? 'text-multi' : 'text-single'},
        ...values.map((value) => xml('value', {}, value)),
      ),
    ),
  )
}

/** The values of a submitted form, by the names of its fields; a field without a value is empty. */
export function parseSubmit(x: Element): Answers {
  const fields = x.getChildren('field', NS_DATA)
  return Object.fromEntries(
    fields.map((field) => [
      String(field.attrs.var ?? ''),
      field.getChildren('value', NS_DATA).map((value) => value.text()),
    ]),
  )
}
