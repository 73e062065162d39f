/** Whom block add and block remove are about. */
import {Args} from '@oclif/core'

export const blockArgs = {
  jid: Args.string({
    required: true,
    description: 'JID or domain; repeatable',
    ignoreStdin: true,
  }),
}
