import {Args} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {writeNew} from '../../cli/files.ts'
import {writeOut} from '../../cli/stdout.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {renderSavedPhoto, renderVcard} from '../../output/vcard.ts'
import {formatVcf} from '../../protocol/vcard/format-vcf.ts'
import {getVcardFlags} from '../../services/vcard/flags.ts'
import {getPhoto, getProfile, type Profile} from '../../services/vcard/profile.ts'

export default class VcardGet extends XmppCommand {
  static override summary = 'Show a vCard'
  static override description =
    unwrap`Reads the vCard of an account in the format of newer clients (XEP-0292), and takes missing properties from
the one of older clients (XEP-0054). The default is this account. The exit code is 67 if the account has no vCard.`
  static override args = {
    jid: Args.string({description: 'account; default: this account', ignoreStdin: true}),
  }
  static override flags = getVcardFlags
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com --format vcf > juliet.vcf',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".vcard.email[0].value"',
  ]

  async run(): Promise<Profile | undefined> {
    const {args, flags} = await this.parse(VcardGet)
    const {'save-photo': file} = flags
    if (file === '-' && (this.jsonEnabled() || process.stdout.isTTY))
      throw new Failure('usage', 'A photo is neither JSON nor for a terminal', EXIT.usage, {
        hint: 'Name a file, or pipe it to a program',
      })
    const to = args.jid === undefined ? undefined : bareJid(args.jid)
    const settings = await this.settings(flags)
    const {image, profile} = await this.sessionWith(settings, flags, async ({iq}) => {
      const profile = await getProfile(iq, settings.jid.bare, to)
      return {profile, image: file === undefined ? undefined : await getPhoto(iq, profile, to)}
    })
    if (file === '-' && image) {
      await writeOut(image.data)
      return undefined
    }
    if (file !== undefined && image) {
      await writeNew(file, image.data)
      await this.text(renderSavedPhoto(file, image.type, image.data.length))
    } else await this.show(profile, flags.format)
    return profile
  }

  private async show(profile: Profile, format: 'table' | 'json' | 'vcf'): Promise<void> {
    const {avatar, vcard} = profile
    if (format === 'vcf') await this.document(formatVcf(vcard).trimEnd())
    else if (format === 'json') await this.document(JSON.stringify(profile, null, 2))
    else await this.text(await renderVcard(vcard, avatar, this.terminal()))
  }
}
