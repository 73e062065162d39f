import {Flags} from '@oclif/core'
import {type SharedFlags, XmppCommand} from '../../cli/base-command.ts'
import {readBytes, readInputBytes} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {sanitizeLine} from '../../output/sanitize.ts'
import {editVcard, replaceProperties} from '../../protocol/vcard/edit.ts'
import {checkImage, checkPhotoUri, toDataUri} from '../../protocol/vcard/image.ts'
import type {Vcard} from '../../protocol/vcard/vcard.ts'
import {updateVcard, type VcardUpdate} from '../../protocol/vcard/vcard-store.ts'
import {parseVcf} from '../../protocol/vcard/vcf.ts'
import {decodeVcf} from '../../protocol/vcard/vcf-lines.ts'

export default class VcardSet extends XmppCommand {
  static override summary = 'Change the vCard of this account'
  static override description =
    unwrap`Properties that are not named stay as they are. Every XMPP user can read a
vCard.
Keys are properties of RFC 6350: fn, nickname, email, tel, url, title, role, note, bday, impp, …; one
of a type is email:work, and names, addresses and organisations have components: n.given, n.surname,
adr:home.locality, org.name. The same key twice gives two values.
It is written as vCard4 (XEP-0292) and as vcard-temp (XEP-0054), the photo as an avatar too (XEP-0084).`
  static override flags = {
    set: Flags.string({
      summary: 'set a property to a value; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY=VALUE',
    }),
    unset: Flags.string({
      summary: 'remove a property; repeatable',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'KEY',
    }),
    file: Flags.string({
      summary: 'read the properties from a .vcf file, - for stdin',
      helpValue: 'FILE',
    }),
    photo: Flags.string({
      summary: 'PNG, JPEG, GIF or WebP picture, 128 KiB at most',
      helpValue: 'FILE',
    }),
  }
  static override examples = [
    '<%= config.bin %> <%= command.id %> --set fn="Juliet Capulet" --set email:home=juliet@example.com',
    '<%= config.bin %> <%= command.id %> --unset tel --photo juliet.png',
    '<%= config.bin %> <%= command.id %> --file juliet.vcf',
  ]

  async run(): Promise<VcardUpdate> {
    const {flags} = await this.parse(VcardSet)
    const {file, photo, set = [], unset = []} = flags
    if (file === undefined && photo === undefined && set.length + unset.length === 0)
      throw new Failure('usage', 'There is nothing to change', EXIT.usage, {
        hint: 'Give --set KEY=VALUE, --unset KEY, --file FILE or --photo FILE',
      })
    const notKept: string[] = []
    const fromFile = file === undefined ? {} : await this.readVcf(file, flags, notKept)
    const picture =
      photo === undefined ? undefined : checkImage(await readBytes(photo, this.timeLimit(flags)))
    const asked = (vcard: Vcard): Vcard => ({
      ...withCheckedPhotos(editVcard(vcard, set, unset), vcard),
      ...(picture && {photo: [{value: toDataUri(picture), types: [], params: {}}]}),
    })
    asked({}) // a key that is none is found out before anything connects
    const edit = (vcard: Vcard): Vcard => asked(replaceProperties(vcard, fromFile))
    const updated = await this.session(flags, ({iq}) => updateVcard(iq, edit, {asked}))
    for (const name of updated.notKept)
      this.warning(`The server has no place for ${name}, which is not kept`, flags)
    const result = {...updated, notKept: [...notKept, ...updated.notKept]}
    const {photoHash, stores} = result
    const done = stores.length > 0 ? `Written: ${stores.join(', ')}` : 'Nothing has changed'
    await this.text(picture && photoHash ? `${done} (photo ${photoHash})` : done)
    return result
  }

  /** @param notKept is given the lines that cannot be kept, or not whole */
  private async readVcf(file: string, flags: SharedFlags, notKept: string[]): Promise<Vcard> {
    const bytes = await readInputBytes(file, this.inputLimit(file, flags))
    const what = file === '-' ? 'Standard input' : file
    const vcard = parseVcf(decodeVcf(bytes, what), (line) => {
      notKept.push(line)
      this.warning(
        `This line of the vCard cannot be kept as it is: ${sanitizeLine(line.slice(0, 60))}`,
        flags,
      )
    })
    return withCheckedPhotos(vcard)
  }
}

/** A photo that is new has the type that its content has, and is one. */
function withCheckedPhotos(vcard: Vcard, before: Vcard = {}): Vcard {
  const photo = vcard.photo?.map((one) => {
    const {value} = one
    const isNew = typeof value === 'string' && !before.photo?.some((old) => old.value === value)
    return isNew ? {...one, value: checkPhotoUri(value)} : one
  })
  return photo ? {...vcard, photo} : vcard
}
