/** The JID of an account, as an argument, as a flag, or from a prompt. */
import {EXIT, Failure} from '../../errors.ts'
import {parseJid} from '../../jid.ts'
import {sameJid} from '../../jid-comparison.ts'
import type {PromptWords} from '../../output/prompt.ts'
import {ask} from './prompt.ts'

/** The JID from the argument or from --jid. Throws if they differ. */
export function resolveJidArgument(argument: string | undefined, flag: string | undefined) {
  if (argument === undefined || flag === undefined || sameJid(argument, flag))
    return argument ?? flag
  throw new Failure('usage', `--jid is ${flag}, and the argument is ${argument}`, EXIT.usage, {
    hint: 'Give one of them',
  })
}

/** Repeats the prompt until the input is a JID. @param check throws for another one than is needed */
export const promptForJid = (
  words: PromptWords,
  signal: AbortSignal,
  check: (jid: string) => unknown = parseJid,
): Promise<string> => ask({...words, check, signal})
