import {Flags} from '@oclif/core'
import {explain} from '../account/explain.ts'
import type {Settings} from '../account/settings.ts'
import {withoutToken} from '../account/state/state.ts'
import {type SharedFlags, XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {renderWhoami, type WhoamiResult} from '../output/account.ts'
import type {Bound} from '../session/session.ts'

export default class Whoami extends XmppCommand {
  static override summary = 'Show the account, the sign-in mechanism and the source of each setting'
  static override description =
    unwrap`Signs in, and fails if the sign-in fails. If a password is configured, it is used even if a token would be
enough for other commands. The password is never printed, only its source.`
  static override flags = {
    offline: Flags.boolean({summary: 'do not connect; print the settings that would be used'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .jid',
    '<%= config.bin %> <%= command.id %> --offline --account work',
  ]

  protected override needsPassword = ({offline}: {offline?: boolean}) => !offline

  async run(): Promise<WhoamiResult> {
    const {flags} = await this.parse(Whoami)
    const settings = await this.settings(flags)
    const {account = null, jid, secret} = settings
    const bound = flags.offline ? undefined : await this.signIn(settings, flags)
    const result = {
      account,
      jid: bound?.jid ?? jid.full,
      server: bound?.server ?? null,
      mechanism: bound?.mechanism ?? null,
      by: bound ? credentialOf(bound.mechanism) : null,
      tls: bound?.tls ?? null,
      password: {source: secret.kind, origin: secret.origin, detail: secret.detail},
      values: explain(settings),
    }
    await this.text(await renderWhoami(result, this.terminal()))
    return result
  }

  /** A sign-in with a token would not check the configured password. */
  private signIn(settings: Settings, flags: SharedFlags): Promise<Bound> {
    const {memory, secret} = settings
    const own = secret.kind === 'prompt' ? memory : withoutToken(memory)
    return this.sessionWith({...settings, memory: own}, flags, ({bound}) => bound)
  }
}

function credentialOf(mechanism: string): WhoamiResult['by'] {
  if (mechanism.startsWith('HT-')) return 'token' // XEP-0484
  if (mechanism === 'EXTERNAL') return 'certificate'
  return mechanism === 'ANONYMOUS' ? 'nothing' : 'password'
}
