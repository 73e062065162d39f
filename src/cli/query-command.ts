/** A command that sends requests to one address; by default, to the server of the account. */
import {Args, Flags} from '@oclif/core'
import {parseJid} from '../jid.ts'
import type {Iq} from '../xml.ts'
import {type SharedFlags, XmppCommand} from './base-command.ts'

/** @param description what the address is */
export const addressArg = (description: string) =>
  Args.string({
    description: `${description}; default: the server of this account`,
    ignoreStdin: true,
  })

export const nodeFlag = Flags.string({
  summary: 'ask for this node of the address',
  helpValue: 'NODE',
})

export abstract class QueryCommand extends XmppCommand {
  /** Resolves with the answer, and the address that gave it. An invalid address throws before the program connects. */
  protected async query<T>(
    address: string | undefined,
    flags: SharedFlags,
    ask: (iq: Iq, jid: string) => Promise<T>,
  ): Promise<{jid: string; answer: T}> {
    const target = address === undefined ? undefined : parseJid(address).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const answer = await this.sessionWith(settings, flags, ({iq}) => ask(iq, jid))
    return {jid, answer}
  }
}
