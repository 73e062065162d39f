/** XEP-0004 §3.4: the result of a form, which may have a table of items <https://xmpp.org/extensions/xep-0004.html#protocol-results> */
import type {Element} from '../../xml.ts'
import {type DataForm, NS_DATA, parseDataForm} from './data-form.ts'

export interface FormResult extends DataForm {
  type: string
  /** The columns of the table, in order. */
  reported: {name: string; label: string}[]
  /** The rows: values by the name of the column. */
  items: Record<string, string[]>[]
}

/** A form of any type. A table without `reported` has the columns that its items have. */
export function parseFormResult(x: Element): FormResult {
  const items = x.getChildren('item', NS_DATA).map((item) => parseDataForm(item).fields)
  const header = x.getChild('reported', NS_DATA)
  const columns = header ? parseDataForm(header).fields : items.flat()
  const labels = new Map(columns.toReversed().map(({label, name}) => [name, label]))
  return {
    ...parseDataForm(x),
    type: String(x.attrs.type ?? 'form'),
    reported: [...labels].reverse().map(([name, label]) => ({name, label})),
    items: items.map((fields) =>
      Object.fromEntries(fields.map(({name, values}) => [name, values])),
    ),
  }
}
