/**
 * Writes docs/xeps.md and doap.xml.
 * Usage: npm run xeps [-- FOLDER]; FOLDER is a clone of https://github.com/xsf/xeps. It adds the XEPs that versions.json lacks, and
 * lists those with a newer text. To accept one, check the module, delete its entry and run the script again.
 */
import {readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {renderDoap, renderMarkdown} from './xeps/render.ts'
import {implementedXeps, readVersions, VERSIONS, type XepVersion} from './xeps/support.ts'

const [folder] = process.argv.slice(2)
if (folder !== undefined) updateVersions(folder)
const write = (file: string, text: string): void =>
  writeFileSync(path.join(import.meta.dirname, '..', file), text)
write('docs/xeps.md', renderMarkdown())
write('doap.xml', renderDoap())

function updateVersions(folder: string): void {
  const known = readVersions()
  const versions: Record<string, XepVersion> = {}
  for (const {number} of implementedXeps()) {
    const current = parseXep(readFileSync(path.join(folder, `xep-${number}.xml`), 'utf8'))
    versions[number] = known[number] ?? current
    if (versions[number].version !== current.version)
      process.stderr.write(`XEP-${number} is now ${current.version}\n`)
  }
  writeFileSync(VERSIONS, `${JSON.stringify(versions, null, 2)}\n`)
}

/** The header of a XEP may use entities that the file declares. */
function parseXep(text: string): XepVersion {
  const header = text.slice(text.indexOf('<header>'))
  const textOf = (name: string): string => {
    const [, value = ''] = new RegExp(`<${name}>([^<]*)</${name}>`).exec(header) ?? []
    return value
      .replace(/&(\w+);/g, (entity, id) => entityOf(text, id) ?? entity)
      .replace(/\s+/g, ' ')
      .trim()
  }
  return {title: textOf('title'), version: textOf('version')}
}

function entityOf(text: string, name: string): string | undefined {
  return new RegExp(`<!ENTITY ${name} +"([^"]*)">`).exec(text)?.[1]
}
