import {Args} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {askQuestion} from '../services/ask/ask.ts'
import {askFlags} from '../services/ask/flags.ts'
import {readAskOptions} from '../services/ask/options.ts'
import {ownSoftware} from '../services/listen/iq-handlers.ts'

export default class Ask extends XmppCommand {
  static override summary = 'Ask a question and wait for the answer'
  static override description =
    unwrap`Sends the question with its choices and waits for an answer of a recipient, at most --timeout (default: 15m).
Exit code 0 is the first choice, 3 another choice, and 124 no answer in time. With --need N, N people have to give the
first choice; one other choice decides against it at once. The question is then corrected: it shows the answer. For this,
a run with a slow server may last up to 2 s longer than --timeout.

An answer is a reply to the question, a message in its thread, a quick response (XEP-0439), a reaction (thumbs up and
thumbs down for two choices), or a message with the text of a choice. If this account has several open questions,
plain text is no answer. Until the decision, a corrected answer counts, and a retracted one does not.

The account becomes available to receive the answers. All other messages get no receipt, and the next xmpp listen on
this machine prints them.`
  static override usage = '<%= command.id %> TO... [QUESTION]'
  static override args = {
    to: Args.string({
      description: 'recipients, JIDs or aliases; and last the question, "-" for stdin',
      ignoreStdin: true,
      multiple: true,
    }),
  }
  static override flags = askFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com "Deploy to production?" && ./deploy',
    '<%= config.bin %> <%= command.id %> romeo@example.net "Now?" --choice now --choice later',
    '<%= config.bin %> <%= command.id %> a@example.com b@example.com "Delete it?" --need 2',
    '<%= config.bin %> <%= command.id %> dev@conference.example.com --room "Which version?" --any-text',
  ]

  protected override holdsOpen = () => true

  async run(): Promise<object> {
    const {args, flags} = await this.parse(Ask)
    const options = await readAskOptions(args.to ?? [], flags, this.inputContext(flags))
    const {answers, decision, failure, failures} = await askQuestion(options, {
      ...{isJson: this.jsonEnabled(), isQuiet: flags.quiet, warn: this.warning},
      ...{...this.sessionContext(flags), spinner: this.spinner},
      settings: await this.settings(flags),
      software: ownSoftware(this.config.version),
    })
    if (failure) this.failWith(failure)
    if (decision?.exitCode) process.exitCode ||= decision.exitCode
    const texts = answers.map(({text}) => text)
    if (decision)
      await this.document(answers[0]?.choice === null ? texts.join('\n') : decision.decided)
    const {id} = options.question
    return {question: {id}, answers, decided: decision?.decided ?? null, failures}
  }
}
