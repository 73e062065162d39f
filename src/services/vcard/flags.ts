/** The flags of `vcard get` and `vcard set`. */
import {Flags} from '@oclif/core'

export const setVcardFlags = {
  set: Flags.string({
    summary: 'set a property to a value; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY=VALUE',
  }),
  unset: Flags.string({
    summary: 'remove a property; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'KEY',
  }),
  file: Flags.string({
    summary: 'read the properties from a .vcf file, - for stdin',
    helpValue: 'FILE',
  }),
  photo: Flags.string({
    summary: 'PNG, JPEG, GIF or WebP picture, 128 KiB at most',
    helpValue: 'FILE',
  }),
}

export const getVcardFlags = {
  format: Flags.option({options: ['table', 'json', 'vcf'] as const, default: 'table'})({
    summary: 'format of the output; vcf is a file for address books',
  }),
  'save-photo': Flags.string({
    summary: 'write only the photo or avatar to a new file, or - for stdout',
    helpValue: 'FILE',
  }),
}
