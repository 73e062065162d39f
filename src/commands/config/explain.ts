import {type Explained, explain} from '../../account/explain.ts'
import {XmppCommand} from '../../cli/base-command.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {renderExplained} from '../../output/account.ts'

export default class ConfigExplain extends XmppCommand {
  static override summary = 'Show each setting, its value and its source'
  static override description =
    unwrap`Flags override environment variables, which override the account, [defaults] and built-in values.`
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --account work --json',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{values: Explained[]}> {
    const {flags} = await this.parse(ConfigExplain)
    const values = explain(await this.settings(flags))
    await this.text(await renderExplained(values, this.terminal()))
    return {values}
  }
}
