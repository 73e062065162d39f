import assert from 'node:assert/strict'
import {Failure} from '../../../src/errors.ts'
import {parseRaw, parseStanza} from '../../../src/services/send/raw.ts'

describe('parseStanza', () => {
  it('keeps the stanza, and adds an id', () => {
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
    '<message to="a@b"><body>&#0;</body></message>',
    '<message to="a@b"><body>&#xD800;</body></message>',
    '<message to="a@b"><body>&#xFFFE;</body></message>',
    '<message to="a@b"><body>&#x110000;</body></message>',
    '<message to="a@b"><x y="&#1;"/></message>',
    '<!DOCTYPE message><message to="a@b"/>',
    '<message to="a@b"/></stream><message to="a@b"/>',
    '<message to="a@b"/></stream>',
    '</stream><stream><message to="a@b"/>',
    '<message to="<"/>',
    '<message/>',
    '<presence/>',
    '<stream:stream to="a@b"/>',
    '<message xmlns="jabber:server" to="a@b"/>',
    '<body to="a@b"/>',
  ])
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => parseStanza(text),
        (error) => error instanceof Failure && error.code === 'bad-stanza' && error.exitCode === 65,
      )
    })

  it('accepts character references, and their text in CDATA', () => {
    const text = '<message to="a@b" id="1"><body>&#x1F44D;<![CDATA[&#0;]]></body></message>'
    assert.equal(parseStanza(text).getChildText('body'), '👍&#0;')
  })

  it('spells the address as the server does in its replies', () => {
    assert.equal(parseStanza('<message to="Bob@LOCALHOST"/>').attrs.to, 'bob@localhost')
  })

  it('refuses an invalid address', () => {
    const stanza = '<message to="a@@b"/>'
    assert.throws(() => parseStanza(stanza), {code: 'malformed-jid', exitCode: 65})
  })

  describe('with --wait', () => {
    const receipt = '<request xmlns="urn:xmpp:receipts"/>'
    const markable = '<markable xmlns="urn:xmpp:chat-markers:0"/>'
    const message = (child: string): string => `<message to="a@b">${child}</message>`

    for (const [wait, child] of [
      ['accepted', ''],
      ['delivered', receipt],
      ['delivered', markable],
      ['displayed', markable],
    ] as const)
      it(`accepts ${child || 'no request'} for ${wait}`, () =>
        assert.equal(parseRaw(message(child), wait).wait, wait))

    for (const [wait, text] of [
      ['delivered', message('')],
      ['displayed', message(receipt)],
      ['delivered', `<iq to="a@b" type="get">${receipt}</iq>`],
      ['displayed', '<presence to="a@b"/>'],
    ] as const)
      it(`refuses ${text} for ${wait}`, () =>
        assert.throws(() => parseRaw(text, wait), {code: 'bad-stanza', exitCode: 65}))
  })
})
