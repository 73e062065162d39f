import assert from 'node:assert/strict'
import {type Element, Parser} from '../src/xml.ts'

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'
  xmlns:stream='http://etherx.jabber.org/streams'>`

/** What a parser says of a text, piece by piece. */
function parse(pieces: string[], stream = true) {
  const parser = new Parser({stream})
  const heard: string[] = []
  const elements: Element[] = []
  parser.on('start', (root) => heard.push(root.name))
  parser.on('element', (element) => {
    elements.push(element)
    heard.push(String(element))
  })
  parser.on('end', () => heard.push('end'))
  parser.on('error', () => heard.push('error'))
  for (const piece of pieces) parser.write(piece)
  return {elements, heard, parser, root: heard[0]}
}

describe('XML parser', () => {
  it('hands out the root, its children whole, and the end', () => {
    const {elements, heard} = parse([
      ` ${HEADER}<stream:features><a xmlns='urn:a'>1<b/>&lt;</a></stream:features> `,
      '<x:y xmlns:x="urn:x" x:z="&quot;"/>\n</stream:stream>',
    ])
    assert.deepEqual(heard, [
      'stream:stream',
      '<stream:features><a xmlns="urn:a">1<b/>&lt;</a></stream:features>',
      '<x:y xmlns:x="urn:x" x:z="&quot;"/>',
      'end',
    ])
    const [features, y] = elements
    assert.equal(features?.is('features', 'http://etherx.jabber.org/streams'), true)
    assert.equal(features?.getChild('a', 'urn:a')?.getChild('b')?.getNS(), 'urn:a')
    assert.equal(y?.is('y', 'urn:x'), true)
  })

  it('reads the same wherever the text is cut', () => {
    const text = `${HEADER}<a b='>&#x1F388;'><![CDATA[<&]]>ü&amp;\r\n🎈]]&gt;</a><c/></stream:stream>`
    assert.deepEqual(parse([...text]).heard, [
      'stream:stream',
      '<a b="&gt;🎈">&lt;&amp;ü&amp;\n🎈]]&gt;</a>',
      '<c/>',
      'end',
    ])
  })

  const BROKEN = {
    'a tag that closes another element': '<b><c></b>',
    'a name of two attributes': "<b c='1' c='2'/>",
    'an attribute without quotes': '<b c=1/>',
    'an entity of its own': '<b>&c;</b>',
    'a character that is none': '<b>\0</b>',
    'a reference to such a character': '<b>&#0;</b>',
    'an ampersand alone': '<b>a & b;</b>',
    'a second root': '</stream:stream><b/>',
  }
  const FORBIDDEN = {
    'a comment': '<!-- b -->',
    'a comment inside': '<b><!-- c --></b>',
    'a processing instruction': '<?b c?>',
    'a document type': '<!DOCTYPE b>',
    'text between elements': 'b',
  }
  for (const [what, text] of Object.entries({...BROKEN, ...FORBIDDEN})) {
    it(`stops at ${what}`, () => {
      const {heard, parser} = parse([`${HEADER}<a/>${text}<d/>`])
      assert.deepEqual(
        heard.filter((word) => word !== 'end'),
        ['stream:stream', '<a/>', 'error'],
      )
      parser.write('<e/>')
      assert.equal(heard.at(-1), 'error')
    })
  }

  it('has ended before anything that comes behind its end', () => {
    const {heard} = parse([`${HEADER}<a/></stream:stream><b/>`])
    assert.deepEqual(heard, ['stream:stream', '<a/>', 'end', 'error'])
  })

  it('skips in a document what a stream may not have', () => {
    const text = "<?xml version='1.0'?><!DOCTYPE a><!-- b --><a>1<?c d?><e/></a>"
    assert.deepEqual(parse([text], false).heard, ['a', '<e/>', 'end'])
  })

  it('leaves out what nests too deep for anybody to read', () => {
    const deep = `${'<a>'.repeat(100_000)}b${'</a>'.repeat(100_000)}`
    const {heard} = parse([`${HEADER}<message><body>c</body>${deep}</message><d/>`])
    assert.match(heard[1] ?? '', /^<message><body>c<\/body>(<a>)+<a\/>(<\/a>)+<\/message>$/)
    assert.equal(heard[2], '<d/>')
    assert.deepEqual(parse([`<e>${deep}</e>`], false).heard, ['e', 'error'])
  })

  it('knows how much of an element has come', () => {
    const {parser} = parse([`${HEADER}<a/><b>`])
    assert.equal(parser.pending, 3)
    parser.write('12345')
    assert.equal(parser.pending, 8)
    parser.write('</b>')
    assert.equal(parser.pending, 0)
  })
})
