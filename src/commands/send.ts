import {XmppCommand} from '../cli/base-command.ts'
import type {InputContext} from '../cli/input-context.ts'
import {unwrap} from '../cli/unwrap.ts'
import {renderLineResult, renderSendResult} from '../output/send.ts'
import type {BatchContext} from '../services/send/batch/run.ts'
import {sendArgs, sendFlags} from '../services/send/flags.ts'
import {readStanzas, stanzaTexts} from '../services/send/read-stanzas.ts'
import {type SendContext, sendInput} from '../services/send/send-input.ts'

export default class Send extends XmppCommand {
  static override summary = 'Send a message and report its outcome'
  static override description =
    unwrap`The last argument is the text; all arguments before it are recipients. Without a text, or with "-", the text
is read from standard input to its end.

Success means that the server has accepted the message and returned no error. --wait also waits for delivery or
display. In a room, success means that the room has shown the message. The account sends no presence, so its stored
messages stay on the server.

--retry never sends an accepted message again. After exit code 74 the outcome is unknown: check before you send again.`
  static override usage = '<%= command.id %> TO... [TEXT]'
  static override args = sendArgs
  static override flags = sendFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com "The build is green"',
    'make 2>&1 | tail -20 | <%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com romeo@example.net "Come" --wait delivered',
    '<%= config.bin %> <%= command.id %> juliet@example.com "The plot" --attach plot.png',
    '<%= config.bin %> <%= command.id %> ops@conference.example.com --room --nick ci "Deployed"',
    '<%= config.bin %> <%= command.id %> juliet@example.com hello --json | jq -r .messages[0].state',
    '<%= config.bin %> <%= command.id %> --batch --json < messages.ndjson',
    'tail -f log | <%= config.bin %> <%= command.id %> juliet@example.com --batch --lines --gather 5s',
  ]

  /** An upload takes as long as it needs. */
  protected override holdsOpen = ({attach}: {attach?: unknown}) => attach !== undefined
  /** A batch may wait for its input. */
  protected override showsSpinner = ({batch}: {batch?: unknown}) => !batch

  async run(): Promise<object | undefined> {
    const {args, flags} = await this.parse(Send)
    const context: BatchContext & InputContext & SendContext = {
      ...{...this.sessionContext(flags), ...this.inputContext(flags)},
      ...{failWith: this.failWith, isJson: this.jsonEnabled(), isQuiet: flags.quiet},
      print: (results) => this.emit(results, renderLineResult),
    }
    const {to: argv = []} = args
    const batch = flags.batch && (await import('../services/send/batch/run.ts')) // few need it
    if (batch) return batch.runBatch(argv, flags, context)
    const input = await readStanzas(argv, flags, context)
    if (flags['dry-run']) {
      const stanzas = stanzaTexts(input)
      await this.text(stanzas.join('\n'))
      return {stanzas}
    }
    const messages = await sendInput(input, flags, context)
    await this.printResults(messages, ({to}) => to, renderSendResult)
    return {messages}
  }
}
