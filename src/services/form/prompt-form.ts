/** Asks the user for the fields of a form that have no value yet. */
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {writeErr} from '../../cli/stdout.ts'
import {canAsk} from '../../cli/terminal/prompt.ts'
import {EXIT, Failure} from '../../errors.ts'
import {renderFormTexts, renderPicture} from '../../output/form.ts'
import {type AskedField, askField} from './ask-field.ts'

export interface FormPrompt {
  instructions: string | null
  url: string | null
  captchaUrl: string | null
  notes: string[]
  /** The fields to ask for. */
  missing: AskedField[]
  pictures: {cid: string; type: string; data: Buffer}[]
}

/** The answers of the user. Throws `missing-value`, which names every field, without a terminal. */
export async function promptForm(
  form: FormPrompt,
  signal: AbortSignal,
): Promise<Record<string, string[]>> {
  const {missing} = form
  if (missing.length === 0) return {}
  if (!canAsk()) throw missingValues(form)
  printTexts(form)
  const folder = await mkdtemp(path.join(tmpdir(), 'xmpp-form-'))
  try {
    const answers: Record<string, string[]> = {}
    for (const field of missing) {
      for (const uri of field.media) writeErr(renderPicture(await show(uri, form, folder)))
      answers[field.name] = await askField(field, signal)
    }
    return answers
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** Prints the title and the instructions of the form on stderr. */
export function printTexts({captchaUrl, instructions, notes, url}: FormPrompt): void {
  const pages = [url, captchaUrl].flatMap((page) => page ?? [])
  writeErr(renderFormTexts([instructions ?? '', ...notes], pages))
}

/** Other types get no file extension of their own: opening `picture-1.desktop` or `picture-1.html` could run a program. */
const PICTURE =
  /^(?:image\/(?:png|jpeg|gif|webp|bmp)|audio\/(?:x-)?(?:wav|ogg|mpeg)|video\/(?:mpeg|ogg|mp4))$/

/** Writes a picture of the form to a file, for the program that shows pictures on this machine. */
async function show(uri: string, {pictures}: FormPrompt, folder: string): Promise<string> {
  const picture = pictures.find(({cid}) => uri === `cid:${cid}`)
  if (!picture) return uri
  const extension = PICTURE.test(picture.type) ? picture.type.replace(/^.*[/-]/, '') : 'bin'
  const file = path.join(folder, `picture-${pictures.indexOf(picture) + 1}.${extension}`)
  await writeFile(file, picture.data, {mode: 0o600})
  return file
}

/** Names the fields and the flags that give their values. */
export function missingValues({captchaUrl, missing, url}: FormPrompt): Failure {
  const names = missing.map(({label, name}) => (label === name ? name : `${name} (${label})`))
  const flags = missing.map(({name, type}) =>
    type === 'text-private' ? `--field-file ${name}=FILE` : `--field ${name}=…`,
  )
  const picture = missing.some(({media}) => media.length > 0)
  const seen = captchaUrl ? ` (it is also at ${captchaUrl})` : ''
  return new Failure('missing-value', `The form also requires ${names.join(', ')}`, EXIT.usage, {
    hint: picture
      ? `It shows a picture to be read${seen}: run this on a terminal${url ? `, or register at ${url}` : ''}`
      : `Give ${flags.join(' ')}`,
  })
}
