import assert from 'node:assert/strict'
import {type Element, Parser} from '../src/xml.ts'

const HEADER = `<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'
  xmlns:stream='http://etherx.jabber.org/streams'>`

/** The events of a parser for the pieces of a text. */
function parse(pieces: string[], stream = true) {
  const parser = new Parser({stream})
  const events: string[] = []
  const elements: Element[] = []
  parser.on('start', (root) => events.push(root.name))
  parser.on('element', (element) => {
    elements.push(element)
    events.push(String(element))
  })
  parser.on('end', () => events.push('end'))
  parser.on('error', () => events.push('error'))
  for (const piece of pieces) parser.write(piece)
  return {elements, events, parser, root: events[0]}
}

describe('XML parser', () => {
  it('emits the root, its complete children, and the end', () => {
    const {elements, events} = parse([
      ` ${HEADER}<stream:features><a xmlns='urn:a'>1<b/>&lt;</a></stream:features> `,
      '<x:y xmlns:x="urn:x" x:z="&quot;"/>\n</stream:stream>',
    ])
    assert.deepEqual(events, [
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

  it('emits the same events for a text in pieces', () => {
    const text = `${HEADER}<a b='>&#x1F388;'><![CDATA[<&]]>ü&amp;\r\n🎈]]&gt;</a><c/></stream:stream>`
    assert.deepEqual(parse([...text]).events, [
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
    'an unknown entity': '<b>&c;</b>',
    'a forbidden character': '<b>\0</b>',
    'a reference to a forbidden character': '<b>&#0;</b>',
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
      const {events, parser} = parse([`${HEADER}<a/>${text}<d/>`])
      assert.deepEqual(
        events.filter((word) => word !== 'end'),
        ['stream:stream', '<a/>', 'error'],
      )
      parser.write('<e/>')
      assert.equal(events.at(-1), 'error')
    })
  }

  it('ends before it reports an error for text after its end', () => {
    const {events} = parse([`${HEADER}<a/></stream:stream><b/>`])
    assert.deepEqual(events, ['stream:stream', '<a/>', 'end', 'error'])
  })

  it('skips parts of a document that a stream must not have', () => {
    const text = "<?xml version='1.0'?><!DOCTYPE a><!-- b --><a>1<?c d?><e/></a>"
    assert.deepEqual(parse([text], false).events, ['a', '<e/>', 'end'])
  })

  it('omits elements that are nested too deeply', () => {
    const deep = `${'<a>'.repeat(100_000)}b${'</a>'.repeat(100_000)}`
    const {events} = parse([`${HEADER}<message><body>c</body>${deep}</message><d/>`])
    assert.match(events[1] ?? '', /^<message><body>c<\/body>(<a>)+<a\/>(<\/a>)+<\/message>$/)
    assert.equal(events[2], '<d/>')
    assert.deepEqual(parse([`<e>${deep}</e>`], false).events, ['e', 'error'])
  })

  it('counts the characters of an incomplete element', () => {
    const {parser} = parse([`${HEADER}<a/><b>`])
    assert.equal(parser.pending, 3)
    parser.write('12345')
    assert.equal(parser.pending, 8)
    parser.write('</b>')
    assert.equal(parser.pending, 0)
  })
})
