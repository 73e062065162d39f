import {noConfigFile} from '../../account/config/config.ts'
import {stateHome} from '../../account/state/directories.ts'
import {XmppCommand} from '../../cli/base-command.ts'

export default class ConfigPath extends XmppCommand {
  static override summary = 'Print the path of the config file'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '$EDITOR "$(<%= config.bin %> <%= command.id %>)"',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{config: string; exists: boolean; state: string | null}> {
    const {flags} = await this.parse(ConfigPath)
    const {exists, file} = await this.loadConfig(flags)
    if (file === undefined) throw noConfigFile()
    await this.text(file)
    return {config: file, exists, state: stateHome(process.env) ?? null}
  }
}
