/** XEP-0004: the answers to a form, from the values that the user gave before the form arrived. */
import {EXIT, Failure} from '../../errors.ts'
import {
  type Answers,
  checkAnswers,
  type DataForm,
  type FormField,
  parseAnswers,
} from '../../protocol/core/data-form.ts'

/** Values as `name=value`. */
export interface GivenAnswers {
  /** From arguments, which every user of the machine can see. */
  pairs: string[]
  /** From files. */
  secrets: string[]
  /** A form that an earlier run printed. */
  form?: DataForm | undefined
}

/** Throws `secret-on-argv` for the answer to a `text-private` field that was given as an argument. */
export function parseGivenAnswers(
  fields: FormField[],
  {pairs, secrets}: GivenAnswers,
  hints: Record<string, string> = {},
): Answers {
  const visible = pairs.map(nameIn)
  const names = [...visible, ...secrets.map(nameIn)]
  for (const {name, type} of fields) {
    if (type === 'text-private' && visible.includes(name))
      throw new Failure('secret-on-argv', `Others can see --field ${name}`, EXIT.usage, {
        hint: hints[name] ?? `Give it by --field-file ${name}=FILE, or answer on the terminal`,
      })
    if (!type.endsWith('-multi') && names.indexOf(name) !== names.lastIndexOf(name))
      throw new Failure('usage', `The field ${name} takes one answer`, EXIT.usage)
  }
  const answers = parseAnswers([...pairs, ...secrets], fields)
  checkAnswers(fields, answers)
  return answers
}

/** The names of the fields that the user gave values for. */
export const givenNames = ({pairs, secrets}: GivenAnswers): string[] => [
  ...new Set([...pairs, ...secrets].map(nameIn)),
]

/** Only the answers to these fields. */
export function answersFor(fields: FormField[], given: GivenAnswers): GivenAnswers {
  const isAsked = (pair: string): boolean => fields.some(({name}) => name === nameIn(pair))
  return {pairs: given.pairs.filter(isAsked), secrets: given.secrets.filter(isAsked)}
}

export const nameIn = (pair: string): string => pair.split('=', 1)[0] ?? ''
