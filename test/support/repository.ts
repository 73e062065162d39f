/** The files of this repository, for tests of its documentation. */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

export const ROOT = path.join(import.meta.dirname, '../..')

/** @param file relative to the root of the repository */
export const exists = (file: string): boolean => existsSync(path.join(ROOT, file))

/** @param file relative to the root of the repository */
export const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8')

/** All files below a folder whose names end like this, relative to the folder. */
export const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(path.join(ROOT, folder), {recursive: true, encoding: 'utf8'})
    .filter((name) => name.endsWith(ending))
    .map((name) => name.replaceAll(path.sep, '/'))

/** The section of a Markdown text below a heading of the second level. */
export function sectionOf(text: string, heading: RegExp): string {
  const section = text
    .split(/^(?=## )/m)
    .find((section) => heading.test(section.split('\n', 1)[0] ?? ''))
  if (section === undefined) throw new Error(`No heading matches ${heading}`)
  return section
}

/** The files that the numbered items of a Markdown list begin with. */
export const listedFiles = (section: string): string[] =>
  [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = '']) => file)

/** The names of all commands: `send`, `roster add`. */
export const COMMANDS = filesIn('src/commands', '.ts').map((name) =>
  name.replace(/\.ts$/, '').replaceAll('/', ' '),
)
