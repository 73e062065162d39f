import {unwrap} from '../../cli/unwrap.ts'
import IqGet from './get.ts'

/** As `iq get`, with the other type. */
export default class IqSet extends IqGet {
  static override summary = 'Send an IQ request of type set'
  static override description =
    unwrap`Prints the payload of the answer as XML; many requests of this type have an answer without a payload. If the
connection is lost before the answer, the exit code is 74: the request may have been carried out. Use standard input for
a payload with a secret, because other users of the machine can see arguments.`
  static override examples = [
    `<%= config.bin %> <%= command.id %> '<enable xmlns="urn:xmpp:carbons:2"/>'`,
    '<%= config.bin %> <%= command.id %> --to pubsub.example.com < payload.xml',
  ]

  protected override readonly type = 'set'
}
