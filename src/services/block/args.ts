/** The arguments of `block add` and `block remove`. */
import {Args} from '@oclif/core'

export const blockArgs = {
  jid: Args.string({
    required: true,
    description: 'JID or domain; repeatable',
    ignoreStdin: true,
  }),
}
