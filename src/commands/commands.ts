import {XmppCommand} from '../cli/base-command.ts'
import {type ListedCommand, listedCommand} from '../cli/reference/commands.ts'
import {renderCommandList} from '../output/reference.ts'

export default class Commands extends XmppCommand {
  static override summary = 'List all commands'
  static override description =
    'With --json, each command has its arguments and flags with their values and defaults.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".commands[].name"',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{version: string; commands: ListedCommand[]}> {
    await this.parse(Commands)
    const commands = this.config.commands
      .filter(({hidden}) => !hidden)
      .map(listedCommand)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    await this.text(await renderCommandList(commands, this.terminal()))
    return {version: this.config.version, commands}
  }
}
