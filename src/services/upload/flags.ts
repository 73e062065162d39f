/** The flags of `upload`. */
import {Flags} from '@oclif/core'
import {parseFlag} from '../../cli/parse-flag.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseByteCount} from '../transfer/byte-count.ts'
import type {SourceOptions} from './source.ts'

export const uploadFlags = {
  name: Flags.string({
    summary: 'name of the file for its readers; default: its own name, or stdin',
    helpValue: 'NAME',
  }),
  type: Flags.string({
    summary: 'media type; default: by the end of the name',
    helpValue: 'TYPE',
  }),
  size: Flags.string({
    summary: 'exact size of standard input, which is then sent without a temporary copy',
    helpValue: 'BYTES',
  }),
}

const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:;[\x20-\x7e]*)?$/

export function readSourceOptions(
  files: string[],
  {name, size, type}: Record<keyof typeof uploadFlags, string | undefined>,
): SourceOptions {
  if (files.filter((file) => file === '-').length > 1)
    throw usage('Standard input can be uploaded once only', 'Write - once')
  if (name !== undefined && files.length > 1)
    throw usage('--name is for a single file', 'Leave it out, or upload the files one by one')
  if (size !== undefined && (files.length > 1 || files[0] !== '-'))
    throw usage('--size is for standard input', 'The size of a file is known: leave --size out')
  if (type !== undefined && !MEDIA_TYPE.test(type))
    throw usage(`"${type}" is not a media type`, 'Write it as in --type text/plain')
  return {
    name: name === undefined ? undefined : parseFlag('--name', name, checkName),
    type,
    size: size === undefined ? undefined : parseFlag('--size', size, parseByteCount),
  }
}

function checkName(name: string): string {
  if (name !== '' && !/[/\p{Cc}]/u.test(name)) return name
  throw usage('a file name cannot be empty or contain / or control characters')
}

const usage = (message: string, hint?: string): Failure =>
  new Failure('usage', message, EXIT.usage, {hint})
