import {XmppCommand} from '../../../cli/base-command.ts'
import {renderArchivePreferences} from '../../../output/history.ts'
import {
  type ArchivePreferences,
  getArchivePreferences,
} from '../../../protocol/archive/preferences.ts'

export default class HistoryPrefsGet extends XmppCommand {
  static override summary = 'Show which messages the server archives'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<ArchivePreferences> {
    const {flags} = await this.parse(HistoryPrefsGet)
    const preferences = await this.session(flags, ({iq}) => getArchivePreferences(iq))
    await this.text(renderArchivePreferences(preferences))
    return preferences
  }
}
