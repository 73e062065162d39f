import assert from 'node:assert/strict'
import {Failure} from '../../src/errors.ts'
import {parseStanza} from '../../src/protocol/raw.ts'

describe('a stanza as its author wrote it', () => {
  it('is taken as it is, with an id', () => {
    const text = `<?xml version="1.0"?>
      <message xmlns='jabber:client' to='a@b' id="1"><x:y xmlns:x="urn:x" x:z="&lt;&#233;">a<![CDATA[<b>]]></x:y></message>\n`
    assert.equal(
      String(parseStanza(text)),
      '<message to="a@b" id="1"><x:y xmlns:x="urn:x" x:z="&lt;é">a&lt;b&gt;</x:y></message>',
    )
    assert.match(parseStanza('<iq to="a@b" type="get"/>').attrs.id, /^[\da-f-]{36}$/)
  })

  for (const text of [
    '',
    'hello',
    '<message to="a@b">',
    '<message to="a@b"',
    '<message to="a@b"/><message to="a@b"/>',
    '<message to="a@b"/> and more',
    '<message to="a@b"></presence>',
    '<message to=a@b/>',
    '<message to="a@b" to="c@d"/>',
    '<message to="a@b"><x:y/></message>',
    '<message to="a@b" x:y="z"/>',
    '<message to="a@b"><body>a & b</body></message>',
    '<message to="a@b"><body>&nbsp;</body></message>',
    '<message to="a@b"><body>\u0001</body></message>',
    '<message to="a@b"><body>&#1;</body></message>',
    '<message to="a@b"><!-- no --></message>',
    '<!DOCTYPE message><message to="a@b"/>',
    '<message to="<"/>',
    '<message/>',
    '<presence/>',
    '<stream:stream to="a@b"/>',
    '<message xmlns="jabber:server" to="a@b"/>',
    '<body to="a@b"/>',
  ])
    it(`is refused: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseStanza(text),
        (error) => error instanceof Failure && error.code === 'bad-stanza' && error.exitCode === 65,
      )
    })
})
