import {addressArg, nodeFlag, QueryCommand} from '../../cli/query-command.ts'
import {renderFeatures} from '../../output/info.ts'
import {getExtendedInfo} from '../../protocol/core/disco-forms.ts'
import {type FeatureSpec, specOfFeature} from '../../protocol/core/xep-features.ts'

export default class DiscoFeatures extends QueryCommand {
  static override summary = 'List the features of an address with their XEPs'
  static override args = {jid: addressArg('address to ask')}
  static override flags = {node: nodeFlag}
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> juliet@example.com/balcony',
  ]

  async run(): Promise<{jid: string; node: string | null; features: FeatureSpec[]}> {
    const {args, flags} = await this.parse(DiscoFeatures)
    const {answer, jid} = await this.query(args.jid, flags, (iq, jid) =>
      getExtendedInfo(iq, jid, flags.node),
    )
    const features = answer.features.toSorted().map(specOfFeature)
    await this.text(await renderFeatures(features, this.terminal()))
    return {jid, node: flags.node ?? null, features}
  }
}
