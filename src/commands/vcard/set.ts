import {type SharedFlags, XmppCommand} from '../../cli/base-command.ts'
import {readBytes, readInputBytes} from '../../cli/files.ts'
import {unwrap} from '../../cli/unwrap.ts'
import {EXIT, Failure} from '../../errors.ts'
import {renderLostLine, renderNotKept, renderVcardChange} from '../../output/vcard.ts'
import {checkImage} from '../../protocol/vcard/image.ts'
import type {Vcard} from '../../protocol/vcard/vcard.ts'
import {updateVcard, type VcardUpdate} from '../../protocol/vcard/vcard-store.ts'
import {editOf, readVcf} from '../../services/vcard/changes.ts'
import {setVcardFlags} from '../../services/vcard/flags.ts'

export default class VcardSet extends XmppCommand {
  static override summary = 'Change the vCard of this account'
  static override description =
    unwrap`Other properties do not change. Every XMPP user can read a vCard.
A key is a property of RFC 6350: fn, nickname, email, tel, url, title, role, note, bday, impp, …
It can have a type (email:work). Names, addresses and organisations have components: n.given, n.surname,
adr:home.locality, org.name. Repeat a key to set several values.
The vCard is written in the format of newer clients (XEP-0292) and in that of older ones (XEP-0054), and the photo is
also published as the avatar (XEP-0084).`
  static override flags = setVcardFlags
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
    const lost: string[] = []
    const fromFile = file === undefined ? {} : await this.readFile(file, flags, lost)
    const limit = this.timeLimit(flags)
    const image = photo === undefined ? undefined : checkImage(await readBytes(photo, limit))
    const {asked, edit} = editOf({file: fromFile, set, unset, image})
    const updated = await this.session(flags, ({iq}) => updateVcard(iq, edit, {asked}))
    for (const name of updated.notKept) this.warning(renderNotKept(name))
    const {photoHash, stores} = updated
    await this.text(renderVcardChange(stores, image ? photoHash : null))
    return {...updated, notKept: [...lost, ...updated.notKept]}
  }

  private async readFile(file: string, flags: SharedFlags, lost: string[]): Promise<Vcard> {
    const bytes = await readInputBytes(file, this.inputLimit(file, flags))
    return readVcf(bytes, file === '-' ? 'Standard input' : file, (line) => {
      lost.push(line)
      this.warning(renderLostLine(line))
    })
  }
}
