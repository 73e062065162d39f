import assert from 'node:assert/strict'
import {buildQuery, parseFin, parseResult} from '../../../src/protocol/archive/archive.ts'
import {el} from '../../support/xml.ts'

describe('archive', () => {
  it('builds the query for a page', () => {
    const query = buildQuery({
      queryId: 'f27',
      start: '2010-06-07T00:00:00Z',
      after: '09af3-cc343-b409f',
      max: 10,
    })
    assert.equal(
      String(query),
      String(el`
        <query xmlns="urn:xmpp:mam:2" queryid="f27">
          <x xmlns="jabber:x:data" type="submit">
            <field var="FORM_TYPE" type="hidden"><value>urn:xmpp:mam:2</value></field>
            <field var="start"><value>2010-06-07T00:00:00Z</value></field>
          </x>
          <set xmlns="http://jabber.org/protocol/rsm"><max>10</max><after>09af3-cc343-b409f</after></set>
        </query>`),
    )
  })

  it('reads a result', () => {
    const result = parseResult(el`
      <message to="juliet@capulet.lit/chamber">
        <result xmlns="urn:xmpp:mam:2" queryid="f27" id="28482-98726-73623">
          <forwarded xmlns="urn:xmpp:forward:0">
            <delay xmlns="urn:xmpp:delay" stamp="2010-07-10T23:08:25Z"/>
            <message xmlns="jabber:client" from="witch@shakespeare.lit" to="macbeth@shakespeare.lit">
              <body>Hail to thee</body>
            </message>
          </forwarded>
        </result>
      </message>`)
    assert.equal(result?.id, '28482-98726-73623')
    assert.equal(result.queryId, 'f27')
    assert.equal(result.delay, '2010-07-10T23:08:25.000Z')
    assert.equal(result.message.getChildText('body'), 'Hail to thee')
  })

  it('ignores a result without a message or without an id', () => {
    const empty = el`<message><result xmlns="urn:xmpp:mam:2" queryid="f27" id="1"/></message>`
    const nameless = el`
      <message>
        <result xmlns="urn:xmpp:mam:2" queryid="f27">
          <forwarded xmlns="urn:xmpp:forward:0"><message><body>x</body></message></forwarded>
        </result>
      </message>`
    assert.equal(parseResult(empty), undefined)
    assert.equal(parseResult(nameless), undefined)
  })

  it('reads the end of a page', () => {
    const page = el`
      <fin xmlns="urn:xmpp:mam:2">
        <set xmlns="http://jabber.org/protocol/rsm"><first index="0">28482</first><last>09af3</last><count>20</count></set>
      </fin>`
    const bounds = {first: '28482', last: '09af3', count: 20}
    assert.deepEqual(parseFin(page), {...bounds, complete: false})
    page.attrs.complete = 'true'
    assert.deepEqual(parseFin(page), {...bounds, complete: true})
    page.attrs.complete = '1'
    assert.deepEqual(parseFin(page), {...bounds, complete: true})
  })

  it('reads an end without positions', () => {
    const empty = el`<fin xmlns="urn:xmpp:mam:2"><set xmlns="http://jabber.org/protocol/rsm"/></fin>`
    const nothing = {complete: false, first: undefined, last: undefined, count: undefined}
    assert.deepEqual(parseFin(empty), nothing)
    assert.deepEqual(parseFin(undefined), nothing)
  })
})
