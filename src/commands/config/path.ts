import {stateHome} from '../../account/directories.ts'
import {XmppCommand} from '../../cli/xmpp-command.ts'

export default class ConfigPath extends XmppCommand {
  static override summary = 'Show where the config file is, or would be'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '$EDITOR "$(<%= config.bin %> <%= command.id %>)"',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{config: string | null; exists: boolean; state: string | null}> {
    const {flags} = await this.parse(ConfigPath)
    const {exists, file = null} = await this.loadConfig(flags)
    await this.text(file ?? 'There is no home directory, so there is no config file')
    return {config: file, exists, state: stateHome(process.env) ?? null}
  }
}
