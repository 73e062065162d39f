import {Args} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {EXIT, Failure} from '../errors.ts'
import {sanitizeLine} from '../output/sanitize.ts'
import {checkFileUrl, type FetchedFile} from '../services/download/fetch-file.ts'
import {downloadFlags, readExpected} from '../services/download/flags.ts'
import {chooseTarget, printUrl, saveUrl} from '../services/download/save-url.ts'

export default class Download extends XmppCommand {
  static override summary = 'Download a file that was shared'
  static override description =
    unwrap`The file is saved in the current directory, under the name in the URL, and its name is printed. A file that exists is
never replaced. --size and --sha256 compare the file with what its sender announced; listen --json has both.

The file has its name only when it is complete. A transfer has no time limit as long as it moves; --timeout limits the
whole run. --retry begins again with the first byte. The command does not follow redirects, and needs no account.`
  static override args = {
    url: Args.string({
      description: 'https:// address of the file',
      ignoreStdin: true,
      required: true,
    }),
  }
  static override flags = downloadFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://upload.example.com/4a771ac1/report.pdf',
    '<%= config.bin %> <%= command.id %> "$URL" --output - | tar xz',
  ]

  protected override holdsOpen = () => true
  protected override needsPassword = () => false

  async run(): Promise<FetchedFile & {url: string; file: string | null}> {
    const {args, flags} = await this.parse(Download)
    const url = checkFileUrl(args.url)
    const expected = readExpected(flags)
    const isPrinted = flags.output === '-'
    if (isPrinted && this.jsonEnabled())
      throw new Failure('usage', '--output - and --json both need standard output', EXIT.usage, {
        hint: 'Leave one of them out',
      })
    const file = isPrinted ? null : await chooseTarget(url, flags.output)
    const {showProgress} = this
    const fetched = await this.web(flags, ({http, signal}) => {
      const options = {expected, http, showProgress, signal}
      return file === null ? printUrl(url, options) : saveUrl(url, file, options)
    })
    if (file !== null) await this.text(sanitizeLine(file))
    return {url: url.href, file, ...fetched}
  }
}
