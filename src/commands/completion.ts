import {Args} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {completionScript, SHELLS} from '../cli/completion/script.ts'
import {completionSpec} from '../cli/completion/spec.ts'
import {PAGES} from '../cli/pages/pages.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure} from '../errors.ts'

export default class Completion extends XmppCommand {
  static override summary = 'Print the completion script of a shell'
  static override description =
    unwrap`The script completes commands, flags and their values, names of accounts in the config file, contacts of the
last "xmpp roster list", and rooms to which a message was sent. It reads files and starts no program. The first lines of
the script show how to install it. After an update of xmpp, install it again.`
  static override args = {
    shell: Args.string({
      description: 'bash, zsh, fish or powershell',
      options: Object.keys(SHELLS),
      required: true,
    }),
  }
  static override examples = [
    'source <(<%= config.bin %> <%= command.id %> bash)',
    '<%= config.bin %> <%= command.id %> fish > ~/.config/fish/completions/xmpp.fish',
  ]

  protected override needsPassword = () => false

  async run(): Promise<{shell: string; script: string}> {
    const {args} = await this.parse(Completion)
    const shell = SHELLS[args.shell]
    if (!shell) throw new Failure('usage', `There is no shell "${args.shell}"`, EXIT.usage)
    const script = completionScript(shell, completionSpec(this.config, PAGES), this.config.root)
    await this.text(script.trimEnd())
    return {shell: args.shell, script}
  }
}
