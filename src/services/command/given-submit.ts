/** A submitted form (XEP-0004) from the values of the user alone, for a command that an earlier run started. */
import {buildSubmit, type FormField} from '../../protocol/core/data-form.ts'
import type {Element} from '../../xml.ts'
import {type GivenAnswers, nameIn, parseGivenAnswers} from '../form/answers.ts'

/** With the form that the earlier run printed, the values are checked and its hidden fields are sent as well. */
export function buildGivenSubmit(given: GivenAnswers): Element | undefined {
  const pairs = [...given.pairs, ...given.secrets]
  if (!given.form && pairs.length === 0) return undefined
  const form = given.form ?? {title: null, instructions: [], notes: [], fields: fieldsOf(pairs)}
  return buildSubmit(form, parseGivenAnswers(form.fields, given))
}

const fieldsOf = (pairs: string[]): FormField[] =>
  [...new Set(pairs.map(nameIn))].map((name) => ({
    ...{name, type: 'text-multi', label: name, description: null, required: false},
    ...{values: [], options: [], open: false, media: [], validation: null},
  }))
