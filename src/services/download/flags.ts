/** The flags of `download`. */
import {Flags} from '@oclif/core'
import {parseFlag} from '../../cli/parse-flag.ts'
import {EXIT, Failure} from '../../errors.ts'
import {parseByteCount} from '../transfer/byte-count.ts'
import type {ExpectedFile} from './fetch-file.ts'

export const downloadFlags = {
  output: Flags.string({
    char: 'o',
    summary:
      'save the file as FILE, or in this folder, or print it with -; default: the name in the URL',
    helpValue: 'FILE',
  }),
  size: Flags.string({
    summary: 'fail unless the file has this size, as in an event of listen',
    helpValue: 'BYTES',
  }),
  sha256: Flags.string({
    summary: 'fail unless the file has this SHA-256, in hexadecimal',
    helpValue: 'HASH',
  }),
}

export const readExpected = ({
  sha256,
  size,
}: {
  sha256: string | undefined
  size: string | undefined
}): ExpectedFile => ({
  sha256: sha256 === undefined ? undefined : parseFlag('--sha256', sha256, parseSha256),
  size: size === undefined ? undefined : parseFlag('--size', size, parseByteCount),
})

export function parseSha256(text: string): string {
  if (/^[\da-f]{64}$/i.test(text)) return text.toLowerCase()
  throw new Failure('usage', `"${text}" is not a SHA-256 of 64 hexadecimal digits`, EXIT.usage)
}
