/** docs/xeps.md and doap.xml are those that scripts/xeps.ts writes. */
import assert from 'node:assert/strict'
import {PARTIAL} from '../../scripts/xeps/partial.ts'
import {renderDoap, renderMarkdown} from '../../scripts/xeps/render.ts'
import {readVersions, supportedXeps} from '../../scripts/xeps/support.ts'
import {filesIn, read} from '../support/repository.ts'
import {readElement} from '../support/xml.ts'

describe('the list of specifications', () => {
  for (const [file, render] of Object.entries({
    'docs/xeps.md': renderMarkdown,
    'doap.xml': renderDoap,
  }))
    it(`${file} is up to date`, () => {
      assert.ok(read(file) === render(), 'Run: npm run xeps')
    })

  it('has the title and the address of each XEP as the comment of its module gives them', () => {
    const versions = readVersions()
    const comments = filesIn('src/protocol', '.ts').map((name) => read(`src/protocol/${name}`))
    const titled = comments.flatMap(
      (text) => /^\/\*\* XEP-(\d{4})(?:: ([^<]+?))? <([^>]+)>/.exec(text)?.slice(1) ?? [],
    )
    assert.ok(titled.length > 100)
    for (let i = 0; i < titled.length; i += 3) {
      const [number = '', title, url] = titled.slice(i, i + 3)
      assert.match(url ?? '', new RegExp(`^https://xmpp.org/extensions/xep-${number}.html(#|$)`))
      const {title: official} = versions[number] ?? {}
      if (title && official) assert.equal(title, official, `XEP-${number}`)
    }
  })

  it('has no note for an XEP that no module names', () => {
    const numbers = supportedXeps().map(({number}) => number)
    assert.deepEqual(
      Object.keys(PARTIAL).filter((number) => !numbers.includes(number)),
      [],
    )
  })

  it('doap.xml has what XEP-0453 requires', () => {
    const project = readElement(
      read('doap.xml')
        .replace(/^<\?xml.*\?>\n/, '')
        .trim(),
    ).getChild('Project')
    assert.ok(project)
    assert.equal(project.getNS(), 'http://usefulinc.com/ns/doap#')
    for (const name of ['name', 'shortdesc', 'os', 'programming-language', 'category'])
      assert.ok(project.getChild(name), name)
    const supported = project
      .getChildren('implements')
      .flatMap((element) => element.getChildElements())
    assert.equal(supported.length, supportedXeps().length)
    for (const xep of supported) {
      assert.equal(xep.name, 'xmpp:SupportedXep')
      assert.match(
        xep.getChild('xep')?.attrs['rdf:resource'],
        /^https:\/\/xmpp\.org\/extensions\/xep-\d{4}\.html$/,
      )
      assert.match(xep.getChildText('status') ?? '', /^(complete|partial)$/)
    }
  })
})
