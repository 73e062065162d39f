import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {readInput} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {parseJid} from '../../jid.ts'
import {type IqResult, readPayload, sendIq} from '../../services/iq/send-iq.ts'

export default class IqSet extends XmppCommand {
  static override summary = 'Send an IQ request of type set'
  static override description =
    unwrap`Prints the payload of the answer as XML; many requests of this type have an answer without a payload. If the
connection is lost before the answer, the exit code is 74: the request may have been carried out. Use standard input for
a payload with a secret, because other users of the machine can see arguments.`
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
    `<%= config.bin %> <%= command.id %> '<enable xmlns="urn:xmpp:carbons:2"/>'`,
    '<%= config.bin %> <%= command.id %> --to pubsub.example.com < payload.xml',
  ]

  async run(): Promise<IqResult> {
    const {args, flags} = await this.parse(IqSet)
    const jid = flags.to === undefined ? undefined : parseJid(flags.to).full
    const xml = args.xml ?? (await readInput('-', this.inputLimit('-', flags)))
    const payload = readPayload(xml)
    const settings = await this.settings(flags)
    const to = {jid, own: settings.jid.bare}
    const result = await this.sessionWith(settings, flags, ({iq}) => sendIq(iq, 'set', payload, to))
    if (result.xml !== null) await this.document(result.xml)
    if (result.error) this.failWith(result.error)
    return result
  }
}
