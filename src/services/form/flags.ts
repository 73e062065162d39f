/** --field, --field-file and --form: answers to a form that the server has not sent yet. */
import {Flags} from '@oclif/core'
import {readPasswordLine} from '../../account/config/user-file.ts'
import {readInput} from '../../cli/files.ts'
import {readStdin} from '../../cli/stdin.ts'
import {EXIT, Failure} from '../../errors.ts'
import {forbiddenAt} from '../../xml.ts'
import {type GivenAnswers, nameIn} from './answers.ts'
import {parseFormFile} from './form-file.ts'

export const fieldFlags = {
  field: Flags.string({
    summary: 'value of a field of the form; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=VALUE',
  }),
  'field-file': Flags.string({
    summary: 'value of a field, read from the first line of a file; for secrets',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'NAME=FILE',
  }),
  form: Flags.string({
    summary: 'JSON object with the values of fields, or a form that --json printed; - for stdin',
    helpValue: 'FILE',
  }),
}

interface FieldFlags {
  field?: string[] | undefined
  'field-file'?: string[] | undefined
  form?: string | undefined
}

/** Checks everything that can be checked without the form. */
export async function readAnswers(flags: FieldFlags, signal: AbortSignal): Promise<GivenAnswers> {
  const {field: pairs = [], 'field-file': files = [], form: formFile} = flags
  const malformed = pairs.find((pair) => !/^[^=]+=/.test(pair))
  if (malformed !== undefined)
    throw new Failure('usage', `--field takes NAME=VALUE, not ${malformed}`, EXIT.usage)
  const secrets: string[] = []
  for (const pair of files) {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(pair) ?? []
    if (!name || !file) throw new Failure('usage', '--field-file takes NAME=FILE', EXIT.usage)
    secrets.push(`${name}=${await readPasswordLine(file, 'the field file', readStdin, signal)}`)
  }
  const saved = formFile === undefined ? undefined : await readForm(formFile, signal)
  const named = [...pairs, ...secrets].map(nameIn)
  secrets.push(...(saved?.pairs ?? []).filter((pair) => !named.includes(nameIn(pair))))
  const [forbidden] = [...pairs, ...secrets].filter((pair) => forbiddenAt(pair) !== -1)
  if (forbidden === undefined) return {pairs, secrets, form: saved?.form}
  const [name = ''] = forbidden.split('=', 1)
  const message = `The answer to ${name} has a character that XML cannot carry`
  throw new Failure('bad-answer', message, EXIT.data)
}

async function readForm(file: string, signal: AbortSignal) {
  return parseFormFile(await readInput(file, signal), file === '-' ? 'Standard input' : file)
}
