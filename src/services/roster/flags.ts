/** The flags of `roster add`. */
import {Flags} from '@oclif/core'

export const addContactFlags = {
  name: Flags.string({summary: 'name of the contact', helpValue: 'NAME'}),
  group: Flags.string({
    summary: 'group of the contact; repeatable',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'GROUP',
  }),
  subscribe: Flags.boolean({
    summary: 'request a presence subscription; default, unless --no-subscribe',
    default: true,
    allowNo: true,
  }),
  message: Flags.string({summary: 'text to send with the request', helpValue: 'TEXT'}),
}
