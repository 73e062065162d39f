import assert from 'node:assert/strict'
import {renderExplained} from '../../src/output/account.ts'

describe('explained settings', () => {
  const values = [
    {key: 'ca_file', value: `/${'folder/'.repeat(12)}ca.pem`, origin: 'XMPP_CA_FILE'},
    {key: 'proxy', value: null, origin: 'not set'},
  ]

  it('are complete on a narrow terminal: a long value continues on the next line', async () => {
    const text = await renderExplained(values, {isTTY: true, columns: 60, colour: false})
    const lines = text.split('\n')
    assert.ok(lines.every((line) => line.length <= 60))
    assert.ok(!text.includes('…'))
    const shown = lines.slice(2, -1).map((line) =>
      line
        .slice(9)
        .replace(/XMPP_CA_FILE$/, '')
        .trim(),
    )
    assert.equal(shown.join(''), values[0]?.value)
  })

  it('are one line each in a pipe', async () => {
    const text = await renderExplained(values, {isTTY: false, columns: 60, colour: false})
    assert.equal(text, `ca_file\t${values[0]?.value}\tXMPP_CA_FILE\nproxy\t–\tnot set`)
  })
})
