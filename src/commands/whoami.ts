import {Flags} from '@oclif/core'
import type {Settings} from '../account/settings.ts'
import {withoutToken} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {renderQr, renderWhoami, type WhoamiResult} from '../output/account.ts'
import {describeAccount} from '../services/whoami/describe-account.ts'
import type {Bound} from '../session/session.ts'

export default class Whoami extends XmppCommand {
  static override summary = 'Show the account, the sign-in mechanism and the source of each setting'
  static override description =
    unwrap`Signs in, and fails if the sign-in fails. If a password is configured, it is used even if a token would be
enough for other commands. The password is never printed, only its source.`
  static override flags = {
    offline: Flags.boolean({summary: 'do not connect; print the settings that would be used'}),
    qr: Flags.boolean({
      summary: 'print the address as a QR code, to add it as a contact on a phone',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .jid',
    '<%= config.bin %> <%= command.id %> --offline --account work',
    '<%= config.bin %> <%= command.id %> --offline --qr',
  ]

  protected override needsPassword = ({offline}: {offline?: boolean}) => !offline

  async run(): Promise<WhoamiResult> {
    const {flags} = await this.parse(Whoami)
    const settings = await this.settings(flags)
    const bound = flags.offline ? undefined : await this.signIn(settings, flags)
    const result = describeAccount(settings, bound)
    const terminal = this.terminal()
    await this.text(
      await (flags.qr ? renderQr(result.uri, terminal) : renderWhoami(result, terminal)),
    )
    return result
  }

  /** A sign-in with a token would not check the configured password. */
  private signIn(settings: Settings, flags: SharedFlags): Promise<Bound> {
    const {memory, secret} = settings
    const own = secret.kind === 'prompt' ? memory : withoutToken(memory)
    return this.sessionWith({...settings, memory: own}, flags, ({bound}) => bound)
  }
}
