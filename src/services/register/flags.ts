/** --field and --field-file: answers to a form, before anybody has seen the form. */
import {Flags} from '@oclif/core'
import {readPasswordLine} from '../../account/config/user-file.ts'
import {readStdin} from '../../cli/stdin.ts'
import {EXIT, Failure} from '../../errors.ts'
import {forbiddenAt} from '../../xml.ts'

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
}

/** As `name=value`. */
interface Given {
  /** For all to see. */
  pairs: string[]
  secrets: string[]
}

/** All that can be wrong with them without the form is wrong here. */
export async function readAnswers(
  flags: {field?: string[] | undefined; 'field-file'?: string[] | undefined},
  signal: AbortSignal,
): Promise<Given> {
  const {field: pairs = [], 'field-file': files = []} = flags
  const secrets: string[] = []
  for (const pair of files) {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(pair) ?? []
    if (!name || !file) throw new Failure('usage', '--field-file takes NAME=FILE', EXIT.usage)
    secrets.push(
      `${name}=${await readPasswordLine(file, `the file for ${name}`, readStdin, signal)}`,
    )
  }
  const [forbidden] = [...pairs, ...secrets].filter((pair) => forbiddenAt(pair) !== -1)
  if (forbidden === undefined) return {pairs, secrets}
  const [name = ''] = forbidden.split('=', 1)
  const message = `The answer to ${name} has a character that XML cannot carry`
  throw new Failure('bad-answer', message, EXIT.data)
}
