/** Whom block add and block remove are about. */
import {Args} from '@oclif/core'
import {parseJid} from '../jid.ts'

export const blockArgs = {
  jid: Args.string({
    required: true,
    description: 'JID, or a whole domain; may be followed by more',
    ignoreStdin: true,
  }),
}

export const parseJids = (argv: unknown[]): string[] => [
  ...new Set((argv as string[]).map((jid) => parseJid(jid).full)),
]
