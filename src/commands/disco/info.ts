import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {parseJid} from '../../jid.ts'
import {renderExtendedInfo} from '../../output/info.ts'
import {type ExtendedInfo, getExtendedInfo} from '../../protocol/core/disco-forms.ts'

export default class DiscoInfoCommand extends XmppCommand {
  static override summary = 'List identities, features and forms of an address'
  static override args = {
    jid: Args.string({
      description: 'address to ask; default: the server of this account',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    node: Flags.string({summary: 'ask for this node of the address', helpValue: 'NODE'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> conference.example.com',
  ]

  async run(): Promise<{jid: string; node: string | null} & ExtendedInfo> {
    const {args, flags} = await this.parse(DiscoInfoCommand)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const info = await this.sessionWith(settings, flags, ({iq}) =>
      getExtendedInfo(iq, jid, flags.node),
    )
    await this.text(await renderExtendedInfo(info, this.terminal()))
    return {jid, node: flags.node ?? null, ...info}
  }
}
