/** XEP-0077 §3.1: what is answered to a registration form, where a command line has its say. */
import {EXIT, Failure} from '../../errors.ts'
import {type Answers, type FormField, parseAnswers} from '../core/data-form.ts'

const INSTEAD: Record<string, string> = {
  username: 'It is that of the JID',
  password: 'Give it by --password-file or XMPP_PASSWORD, or answer on the terminal',
}

/**
 * @param pairs `name=value`, for all users of the machine to see
 * @param secrets the same, from files
 * @param known what other flags decide
 */
export function answersTo(
  fields: FormField[],
  {pairs, secrets}: {pairs: string[]; secrets: string[]},
  known: Answers,
): Answers {
  const seen = pairs.map(nameIn)
  const names = [...seen, ...secrets.map(nameIn)]
  for (const {name, type} of fields) {
    if (type === 'text-private' && seen.includes(name))
      throw new Failure('secret-on-argv', `Others can see --field ${name}`, EXIT.usage, {
        hint: INSTEAD[name] ?? `Give it by --field-file ${name}=FILE, or answer on the terminal`,
      })
    if (!type.endsWith('-multi') && names.indexOf(name) !== names.lastIndexOf(name))
      throw new Failure('usage', `The field ${name} takes one answer`, EXIT.usage)
  }
  const taken = names.find((name) => Object.hasOwn(known, name))
  if (taken !== undefined)
    throw new Failure('usage', `The ${taken} is no answer to be given by --field`, EXIT.usage, {
      ...(INSTEAD[taken] && {hint: INSTEAD[taken]}),
    })
  return {...parseAnswers([...pairs, ...secrets], fields), ...known}
}

const nameIn = (pair: string): string => pair.split('=', 1)[0] ?? ''
