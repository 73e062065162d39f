import {Args} from '@oclif/core'
import {XmppCommand} from '../cli/base-command.ts'
import {unwrap} from '../cli/unwrap.ts'
import {sanitizeLine} from '../output/sanitize.ts'
import type {UploadResult} from '../protocol/file/http-upload.ts'
import {readSourceOptions, uploadFlags} from '../services/upload/flags.ts'
import {withSources} from '../services/upload/source.ts'
import {newUploadContext} from '../services/upload/upload-context.ts'
import {uploadFiles} from '../services/upload/upload-files.ts'

export default class Upload extends XmppCommand {
  static override summary = 'Upload files and print their URLs'
  static override description =
    unwrap`The server of this account stores the files. Each client that knows the URL of a file can read it. The server may delete
files after some time.

A transfer has no time limit as long as it moves; --timeout limits the whole run. Each attempt of --retry uploads only the
files that the server does not have, each to a new URL. The limit of the server for the size of a file is checked before the
upload.

The certificate of the web server is checked as that of the XMPP server, with --ca-file; --tls-pin does not apply to it.`
  static override usage = '<%= command.id %> FILE...'
  static override args = {
    files: Args.string({
      description: 'files, or - for standard input',
      ignoreStdin: true,
      multiple: true,
      required: true,
    }),
  }
  static override flags = uploadFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> report.pdf',
    'tar cz logs | <%= config.bin %> <%= command.id %> - --name logs.tar.gz',
    '<%= config.bin %> <%= command.id %> *.png --json | jq -r ".files[].url"',
  ]

  protected override holdsOpen = () => true

  async run(): Promise<{files: UploadResult[]}> {
    const {args, flags} = await this.parse(Upload)
    const options = readSourceOptions(args.files, flags)
    const files = await withSources(args.files, options, this.timeLimit(flags), async (sources) => {
      const settings = await this.settings(flags)
      return uploadFiles(sources, await newUploadContext(settings, this.sessionContext(flags)))
    })
    const nameOf = ({name}: UploadResult): string => name
    await this.printResults(files, nameOf, ({url}) => sanitizeLine(url ?? ''))
    return {files}
  }
}
