/** The source folders of the packages, and their output folder. */
import {mkdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

export const root = path.join(import.meta.dirname, '../..')

export const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))

/** The folder that the first argument names; `out` by default. */
export function outputFolder(): string {
  const folder = path.resolve(process.argv[2] ?? path.join(root, 'out'))
  mkdirSync(folder, {recursive: true})
  return folder
}
