/** Changes to a vCard from the flags of `vcard set`: properties of a `.vcf` file, single properties, a photo. */
import type {VcardEdit} from '../../protocol/vcard/diff.ts'
import {editVcard, replaceProperties} from '../../protocol/vcard/edit.ts'
import {checkPhotoUri, type Image, toDataUri} from '../../protocol/vcard/image.ts'
import type {Vcard} from '../../protocol/vcard/vcard.ts'
import {parseVcf} from '../../protocol/vcard/vcf.ts'
import {decodeVcf} from '../../protocol/vcard/vcf-lines.ts'

export interface VcardChanges {
  /** Properties that replace those of the same name. */
  file: Vcard
  /** `KEY=VALUE` each. */
  set: string[]
  /** Keys. */
  unset: string[]
  image: Image | undefined
}

/** Throws `bad-key` (2) for a key that is not a property, before a session opens. */
export function editOf({file, image, set, unset}: VcardChanges): {
  edit: VcardEdit
  asked: VcardEdit
} {
  const asked = (vcard: Vcard): Vcard => ({
    ...withCheckedPhotos(editVcard(vcard, set, unset), vcard),
    ...(image && {photo: [{value: toDataUri(image), types: [], params: {}}]}),
  })
  asked({})
  return {asked, edit: (vcard) => asked(replaceProperties(vcard, file))}
}

/**
 * @param source the file, for errors
 * @param onLost is called with each line that the vCard cannot hold, or only in part
 */
export const readVcf = (bytes: Buffer, source: string, onLost: (line: string) => void): Vcard =>
  withCheckedPhotos(parseVcf(decodeVcf(bytes, source), onLost))

/** Checks new photos, and corrects their media types to those of the content. */
function withCheckedPhotos(vcard: Vcard, before: Vcard = {}): Vcard {
  const photo = vcard.photo?.map((one) => {
    const {value} = one
    const isNew = typeof value === 'string' && !before.photo?.some((old) => old.value === value)
    return isNew ? {...one, value: checkPhotoUri(value)} : one
  })
  return photo ? {...vcard, photo} : vcard
}
