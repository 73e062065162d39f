/** The licences of the packages in the bundle. Most of them require their text to be distributed with the code. */
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

const SEPARATOR = `\n${'-'.repeat(80)}\n\n`

/** @param inputs files, as esbuild's metafile names them; a package that is in several folders is listed once */
export function licencesOf(inputs: string[], root: string): string {
  const folders = new Set(inputs.flatMap((file) => packageOf(file) ?? []))
  const texts = new Set([...folders].map((folder) => textOf(path.join(root, folder))))
  return [...texts].sort().join(SEPARATOR)
}

/** The packages in a text of licences, as `name@version`. */
export const packagesIn = (text: string): string[] =>
  text.split(SEPARATOR).map((section) => section.split('\n', 1).join().replace(' ', '@'))

/** The folder of the innermost package that a file is in. */
function packageOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]
}

function textOf(folder: string): string {
  const {license, name, version} = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  const text = file ? readFileSync(path.join(folder, file), 'utf8').trim() : `Licence: ${license}`
  return `${name} ${version}\n\n${text}\n`
}
