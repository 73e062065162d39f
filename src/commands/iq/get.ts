import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {readInput} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {type IqResult, readPayload, sendIq} from '../../services/iq/send-iq.ts'

export default class IqGet extends XmppCommand {
  static override summary = 'Send an IQ request of type get'
  static override description =
    unwrap`Prints the payload of the answer as XML. The payload of the request must be in a namespace. If the recipient answers
with an error, the result is the error element, and the exit code is that of its condition.`
  static override args = {
    xml: Args.string({
      description: 'payload of the request, one XML element; default: standard input',
      ignoreStdin: true,
    }),
  }
  static override flags = {
    to: Flags.string({
      summary: 'recipient; default: the account, for which its server answers',
      helpValue: 'JID',
    }),
  }
  static override examples = [
    `<%= config.bin %> <%= command.id %> '<query xmlns="jabber:iq:version"/>' --to example.com`,
    `echo '<query xmlns="jabber:iq:roster"/>' | <%= config.bin %> <%= command.id %>`,
  ]

  protected readonly type: 'get' | 'set' = 'get'

  async run(): Promise<IqResult> {
    const {args, flags} = await this.parse(IqGet)
    const jid = flags.to === undefined ? undefined : parseJid(flags.to).full
    const xml = args.xml ?? (await readInput('-', this.inputLimit('-', flags)))
    const payload = readPayload(xml)
    const settings = await this.settings(flags)
    const to = {jid, own: settings.jid.bare}
    const result = await this.sessionWith(settings, flags, ({iq}) =>
      sendIq(iq, this.type, payload, to),
    )
    if (result.xml !== null) await this.document(result.xml)
    if (result.error) this.failWith(result.error)
    return result
  }
}
