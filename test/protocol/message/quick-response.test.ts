import assert from 'node:assert/strict'
import {
  buildAction,
  buildResponse,
  parseSelectedAction,
} from '../../../src/protocol/message/quick-response.ts'
import {el} from '../../support/xml.ts'

describe('quick responses', () => {
  it('offer a text, or an action by its id', () => {
    assert.equal(
      String(buildResponse('yes')),
      '<response xmlns="urn:xmpp:tmp:quick-response" value="yes" label="yes"/>',
    )
    assert.equal(
      String(buildAction('merge-3', 'Merge')),
      '<action xmlns="urn:xmpp:tmp:quick-response" id="merge-3" label="Merge"/>',
    )
  })

  it('name the selected action', () => {
    const message = el`<message><action-selected xmlns="urn:xmpp:tmp:quick-response" id="merge"/></message>`
    assert.equal(parseSelectedAction(message), 'merge')
    assert.equal(
      parseSelectedAction(el`<message><action-selected id="merge"/></message>`),
      undefined,
    )
  })
})
