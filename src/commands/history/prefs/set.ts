import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../../cli/base-command.ts'
import {unwrap} from '../../../cli/unwrap.ts'
import {parseJid} from '../../../jid.ts'
import {renderArchivePreferences} from '../../../output/history.ts'
import {
  ARCHIVE_DEFAULTS,
  type ArchivePreferences,
  setArchivePreferences,
} from '../../../protocol/archive/preferences.ts'

const jids = {helpValue: 'JID', multiple: true, multipleNonGreedy: true} as const

export default class HistoryPrefsSet extends XmppCommand {
  static override summary = 'Set which messages the server archives'
  static override description =
    unwrap`Replaces all preferences (XEP-0441): the default, and the lists of addresses that are always or never archived.
Prints what the server has applied.`
  static override args = {
    default: Args.option({options: ARCHIVE_DEFAULTS})({
      required: true,
      description: 'for all other addresses: always, never, or roster (contacts only)',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    always: Flags.string({...jids, summary: 'always archive messages of this JID; repeatable'}),
    never: Flags.string({...jids, summary: 'never archive messages of this JID; repeatable'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> always --never bot@example.com',
    '<%= config.bin %> <%= command.id %> roster',
  ]

  async run(): Promise<ArchivePreferences> {
    const {args, flags} = await this.parse(HistoryPrefsSet)
    const [always, never] = [flags.always, flags.never].map((list) =>
      (list ?? []).map((jid) => parseJid(jid).full),
    ) as [string[], string[]]
    const wanted = {default: args.default, always, never}
    const applied = await this.session(flags, ({iq}) => setArchivePreferences(iq, wanted))
    await this.text(renderArchivePreferences(applied))
    return applied
  }
}
