/** The specifications that the program implements, from the first comments of its modules. */
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'
import {PARTIAL} from './partial.ts'

const ROOT = path.join(import.meta.dirname, '../..')
/** The folders with the modules of specifications; `.` stands for the files directly in src/. */
const FOLDERS = ['protocol', 'session', '.']

export interface Specification {
  number: string
  /** Relative to the root of the repository. */
  modules: string[]
}

export interface XepVersion {
  title: string
  version: string
}

export interface SupportedXep extends Specification {
  title: string
  /** The version of the text against which the module was checked, if it is known. */
  version: string | undefined
  /** The missing parts; undefined for complete support. */
  note: string | undefined
}

export const VERSIONS = path.join(import.meta.dirname, 'versions.json')

export const readVersions = (): Record<string, XepVersion> =>
  JSON.parse(readFileSync(VERSIONS, 'utf8'))

interface Header {
  file: string
  text: string
}

function readHeaders(): Header[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, 'src', folder), {recursive: folder !== '.', encoding: 'utf8'})
      .filter((name) => name.endsWith('.ts'))
      .map((name) => {
        const file = path.posix.join('src', folder, name.replaceAll(path.sep, '/'))
        const [text = ''] =
          /^\/\*\*.*?\*\//s.exec(readFileSync(path.join(ROOT, file), 'utf8')) ?? []
        return {file, text}
      }),
  )
}

/** The specifications of a series whose numbers the headers contain, such as `XEP-0045` and `XEP-0388, -0386`. */
function specifications(series: 'XEP' | 'RFC', headers: Header[]): Specification[] {
  const digits = /(?<![\w/.])(?:XEP-|RFC |, -| and -)(\d{4})\b/g
  const found = new Map<string, Header[]>()
  for (const header of headers) {
    let current = ''
    for (const [match, number = ''] of header.text.matchAll(digits)) {
      current = /XEP|RFC/.exec(match)?.[0] ?? current
      if (current === series) found.set(number, [...(found.get(number) ?? []), header])
    }
  }
  return [...found]
    .map(([number, headers]) => ({number, modules: mainModules(`${series}.${number}`, headers)}))
    .toSorted((a, b) => Number(a.number) - Number(b.number))
}

/** The modules whose comment begins with the specification, or else all that mention it. */
function mainModules(name: string, headers: Header[]): string[] {
  const main = headers.filter(({text}) => new RegExp(`^[/* \n]*${name}`).test(text))
  return [...new Set((main.length > 0 ? main : headers).map(({file}) => file))].toSorted()
}

export const implementedRfcs = (): Specification[] => specifications('RFC', readHeaders())

export const implementedXeps = (): Specification[] => specifications('XEP', readHeaders())

/** The title of an XEP without an entry in versions.json is that in the comment of its module. */
export function supportedXeps(versions = readVersions()): SupportedXep[] {
  const headers = readHeaders()
  return specifications('XEP', headers).map(({modules, number}) => {
    const {title = titleIn(headers, number), version} = versions[number] ?? {}
    return {number, modules, title, version, note: PARTIAL[number]}
  })
}

function titleIn(headers: Header[], number: string): string {
  const pattern = new RegExp(`XEP-${number}: ([^<]+?) <`)
  const [title] = headers.flatMap(({text}) => pattern.exec(text)?.[1] ?? [])
  if (title === undefined)
    throw new Error(
      `No module begins with "XEP-${number}: Title <URL>", and versions.json has no title`,
    )
  return title
}
