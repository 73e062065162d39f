import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {parseJid} from '../../jid.ts'
import {renderFeatures} from '../../output/info.ts'
import {getExtendedInfo} from '../../protocol/core/disco-forms.ts'
import {type FeatureSpec, specOfFeature} from '../../protocol/core/xep-features.ts'

export default class DiscoFeatures extends XmppCommand {
  static override summary = 'List the features of an address with their XEPs'
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
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string; node: string | null; features: FeatureSpec[]}> {
    const {args, flags} = await this.parse(DiscoFeatures)
    const target = args.jid === undefined ? undefined : parseJid(args.jid).full
    const settings = await this.settings(flags)
    const jid = target ?? settings.jid.domain
    const info = await this.sessionWith(settings, flags, ({iq}) =>
      getExtendedInfo(iq, jid, flags.node),
    )
    const features = info.features.toSorted().map(specOfFeature)
    await this.text(await renderFeatures(features, this.terminal()))
    return {jid, node: flags.node ?? null, features}
  }
}
