import {Flags} from '@oclif/core'
import {explain} from '../account/explain.ts'
import {prose} from '../cli/prose.ts'
import {XmppCommand} from '../cli/xmpp-command.ts'
import {renderWhoami, type WhoamiResult} from '../output/account.ts'

export default class Whoami extends XmppCommand {
  static override summary = 'Show who signs in, how, and where each value came from'
  static override description =
    prose`Signs in, and fails when that fails. The password is never shown, only where
it comes from.`
  static override flags = {
    offline: Flags.boolean({summary: 'do not connect; say what would be used'}),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --json | jq -r .jid',
    '<%= config.bin %> <%= command.id %> --offline --account work',
  ]

  async run(): Promise<WhoamiResult> {
    const {flags} = await this.parse(Whoami)
    const settings = await this.settings(flags)
    const {account = null, jid, secret} = settings
    const bound = flags.offline
      ? undefined
      : await this.sessionWith(settings, flags, ({bound}) => bound)
    const result = {
      account,
      jid: bound?.jid ?? jid.full,
      server: bound?.server ?? null,
      mechanism: bound?.mechanism ?? null,
      tls: bound?.tls ?? null,
      password: {source: secret.kind, origin: secret.origin, detail: secret.detail},
      values: explain(settings),
    }
    await this.text(await renderWhoami(result, this.terminal()))
    return result
  }
}
