/** XEP-0077 §3.1: the answers to a registration form; other flags decide on the username and the password. */
import {EXIT, Failure} from '../../errors.ts'
import type {Answers, FormField} from '../../protocol/core/data-form.ts'
import {type GivenAnswers, givenNames, parseGivenAnswers} from '../form/answers.ts'

const HINTS: Record<string, string> = {
  username: 'It is that of the JID',
  password: 'Give it by --password-file or XMPP_PASSWORD, or answer on the terminal',
}

/** @param known the answers that other flags give */
export function registrationAnswers(
  fields: FormField[],
  given: GivenAnswers,
  known: Answers,
): Answers {
  const answers = parseGivenAnswers(fields, given, HINTS)
  const taken = givenNames(given).find((name) => Object.hasOwn(known, name))
  if (taken !== undefined)
    throw new Failure('usage', `The ${taken} is no answer to be given by --field`, EXIT.usage, {
      ...(HINTS[taken] && {hint: HINTS[taken]}),
    })
  return {...answers, ...known}
}
