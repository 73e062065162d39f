/** The list of specifications as docs/xeps.md and as doap.xml, in the form of XEP-0453 <https://xmpp.org/extensions/xep-0453.html> */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import {escapeXML} from '@xmpp/xml'
import {RFC_TITLES, XMPP_RFCS} from './rfcs.ts'
import {implementedRfcs, type SupportedXep, supportedXeps} from './support.ts'

const xepUrl = (number: string): string => `https://xmpp.org/extensions/xep-${number}.html`
const rfcUrl = (number: string): string => `https://www.rfc-editor.org/rfc/rfc${number}`

export function renderMarkdown(): string {
  return `# Specifications

\`npm run xeps\` writes this page and [doap.xml](../doap.xml), a description for software lists (XEP-0453), from the first comments of the modules.
The version is that of the text that the module was checked against. Most extensions need support of the server, or of the other client:
\`xmpp disco features ADDRESS\` shows it.

## XMPP extensions

| XEP | title | version | modules |
|---|---|---|---|
${supportedXeps().map(xepRow).join('\n')}

## RFCs

| RFC | title | modules |
|---|---|---|
${implementedRfcs()
  .map(
    ({modules, number}) =>
      `| [${number}](${rfcUrl(number)}) | ${rfcTitle(number)} | ${links(modules)} |`,
  )
  .join('\n')}
`
}

function xepRow({modules, note, number, title, version}: SupportedXep): string {
  const support = note ? `${title}. *${note}*` : title
  return `| [${number}](${xepUrl(number)}) | ${support} | ${version ?? ''} | ${links(modules)} |`
}

const links = (modules: string[]): string =>
  modules.map((file) => `[${path.basename(file, '.ts')}](../${file})`).join(', ')

function rfcTitle(number: string): string {
  const title = RFC_TITLES[number]
  if (title === undefined) throw new Error(`RFC ${number} has no title in scripts/xeps/rfcs.ts`)
  return title
}

const PACKAGE = path.join(import.meta.dirname, '../../package.json')

export function renderDoap(): string {
  const {bugs, description, homepage, name, repository} = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  const resource = (element: string, url: string | undefined): string[] =>
    url === undefined ? [] : [`<${element} rdf:resource="${escapeXML(url)}"/>`]
  const lines = [
    `<name>${escapeXML(name)}</name>`,
    `<shortdesc xml:lang="en">${escapeXML(description)}</shortdesc>`,
    ...resource('homepage', homepage),
    ...resource('bug-database', bugs?.url),
    ...resource('license', 'https://spdx.org/licenses/MIT'),
    '<programming-language>TypeScript</programming-language>',
    '<os>Linux</os>',
    '<os>macOS</os>',
    ...resource('category', 'https://linkmauve.fr/ns/xmpp-doap#category-client'),
    ...(repository
      ? [
          '<repository>',
          '  <GitRepository>',
          ...resource('    location', repository.url),
          '  </GitRepository>',
          '</repository>',
        ]
      : []),
    ...implementedRfcs()
      .filter(({number}) => XMPP_RFCS.includes(number))
      .flatMap(({number}) => resource('implements', `https://xmpp.org/rfcs/rfc${number}.html`)),
    ...supportedXeps().flatMap(doapOf),
  ]
  return `<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
         xmlns="http://usefulinc.com/ns/doap#"
         xmlns:xmpp="https://linkmauve.fr/ns/xmpp-doap#">
  <Project>
${lines.map((line) => `    ${line}`).join('\n')}
  </Project>
</rdf:RDF>
`
}

function doapOf({note, number, version}: SupportedXep): string[] {
  return [
    '<implements>',
    '  <xmpp:SupportedXep>',
    `    <xmpp:xep rdf:resource="${xepUrl(number)}"/>`,
    `    <xmpp:status>${note ? 'partial' : 'complete'}</xmpp:status>`,
    ...(version ? [`    <xmpp:version>${version}</xmpp:version>`] : []),
    ...(note ? [`    <xmpp:note xml:lang="en">${escapeXML(note)}</xmpp:note>`] : []),
    '  </xmpp:SupportedXep>',
    '</implements>',
  ]
}
