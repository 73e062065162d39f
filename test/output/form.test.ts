import assert from 'node:assert/strict'
import {renderForm} from '../../src/output/form.ts'
import {parseFormResult} from '../../src/protocol/core/form-result.ts'
import {readElement} from '../support/xml.ts'

const PIPE = {isTTY: false, columns: 0, colour: false}

describe('the table of a form', () => {
  it('has no row for an item without a value, so that a small form cannot fill the memory', async () => {
    const columns = Array.from({length: 20_000}, (_, i) => `<field var='${i}'/>`).join('')
    const items = `<item><field var='1'><value>a</value></field></item>${'<item/>'.repeat(20_000)}`
    const form = `<x xmlns='jabber:x:data' type='result'><reported>${columns}</reported>${items}</x>`
    const text = await renderForm(parseFormResult(readElement(form)), false, PIPE)
    assert.deepEqual([text.split('\n').length, text.trim()], [1, 'a'])
  })
})
