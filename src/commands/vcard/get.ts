import {Args, Flags} from '@oclif/core'
import {XmppCommand} from '../../cli/base-command.ts'
import {writeNew} from '../../cli/files.ts'
import {writeOut} from '../../cli/stdout.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {bareJid} from '../../jid.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {renderVcard} from '../../output/vcard.ts'
import {type AvatarInfo, getAvatar, getAvatarInfo} from '../../protocol/vcard/avatar.ts'
import {formatVcf} from '../../protocol/vcard/format-vcf.ts'
import {checkPhotoUri, fromDataUri, type Image} from '../../protocol/vcard/image.ts'
import {getVcard, type StoredVcard} from '../../protocol/vcard/vcard-store.ts'
import type {Iq} from '../../xml.ts'

type VcardGetResult = {jid: string; avatar: AvatarInfo | null} & StoredVcard

export default class VcardGet extends XmppCommand {
  static override summary = 'Show a vCard'
  static override description =
    unwrap`Reads the vCard4 of an account (XEP-0292) and takes missing properties from its vcard-temp (XEP-0054). The
default is this account. The exit code is 67 if there is no vCard.`
  static override args = {
    jid: Args.string({description: 'account; default: this account', ignoreStdin: true}),
  }
  static override flags = {
    format: Flags.option({options: ['table', 'json', 'vcf'] as const, default: 'table'})({
      summary: 'format of the output; vcf is a file for address books',
    }),
    'save-photo': Flags.string({
      summary: 'write only the photo or avatar to a new file, or - for stdout',
      helpValue: 'FILE',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> juliet@example.com',
    '<%= config.bin %> <%= command.id %> juliet@example.com --format vcf > juliet.vcf',
    '<%= config.bin %> <%= command.id %> --json | jq -r ".vcard.email[0].value"',
  ]

  async run(): Promise<VcardGetResult | undefined> {
    const {args, flags} = await this.parse(VcardGet)
    const {'save-photo': file} = flags
    if (file === '-' && (this.jsonEnabled() || process.stdout.isTTY))
      throw new Failure('usage', 'A photo is neither JSON nor for a terminal', EXIT.usage, {
        hint: 'Name a file, or pipe it to a program',
      })
    const to = args.jid === undefined ? undefined : bareJid(args.jid)
    const settings = await this.settings(flags)
    const {picture, result} = await this.sessionWith(settings, flags, async ({iq}) => {
      const [stored, avatar] = await Promise.all([getVcard(iq, to), getAvatarInfo(iq, to)])
      const result = {jid: to ?? settings.jid.bare, ...stored, avatar}
      if (!stored.source && !avatar) throw noVcard(result.jid, to === undefined)
      return {result, picture: file === undefined ? undefined : await photoOf(iq, result, to)}
    })
    if (file === '-' && picture) {
      await writeOut(picture.data)
      return undefined
    }
    if (file !== undefined && picture) {
      await writeNew(file, picture.data)
      const type = sanitizeLine(picture.type) // of whoever published it
      await this.text(`Wrote ${file}: ${type}, ${picture.data.length} bytes`)
    } else await this.show(result, flags.format)
    return result
  }

  private async show(result: VcardGetResult, format: 'table' | 'json' | 'vcf'): Promise<void> {
    const {avatar, vcard} = result
    if (format === 'vcf') await this.document(formatVcf(vcard).trimEnd())
    else if (format === 'json') await this.document(JSON.stringify(result, null, 2))
    else await this.text(await renderVcard(vcard, avatar, this.terminal()))
  }
}

/** Servers answer for an account that does not exist as for one without a vCard. */
function noVcard(jid: string, isOurs: boolean): Failure {
  return new Failure('no-vcard', `${jid} has no vCard`, EXIT.noUser, {
    stage: 'request',
    hint: isOurs
      ? 'Write one: xmpp vcard set --set fn="Juliet Capulet"'
      : 'The account may not exist; servers do not tell',
  })
}

/** The avatar is the newer one of the two, and what clients show. */
async function photoOf(
  iq: Iq,
  {avatar, jid, vcard}: VcardGetResult,
  to: string | undefined,
): Promise<Image> {
  if (avatar) return getAvatar(iq, avatar, to)
  const uri = vcard.photo?.[0]?.value
  const picture = typeof uri === 'string' ? fromDataUri(checkPhotoUri(uri)) : undefined
  if (picture) return picture
  throw new Failure('no-photo', `${jid} has no photo`, EXIT.noUser, {
    stage: 'request',
    ...(typeof uri === 'string' && {hint: `It is on the web: ${uri}`}),
  })
}
