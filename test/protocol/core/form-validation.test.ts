import assert from 'node:assert/strict'
import {
  checkAnswer,
  checkAnswers,
  parseAnswers,
  parseDataForm,
} from '../../../src/protocol/core/data-form.ts'
import {el} from '../../support/xml.ts'

const VALIDATE = "xmlns='http://jabber.org/protocol/xdata-validate'"

const field = (validate: string, attributes = "type='text-single'", content = '') => {
  const [read] = parseDataForm(
    el`<x xmlns='jabber:x:data'><field var='f' ${attributes}>${content}${validate}</field></x>`,
  ).fields
  assert.ok(read)
  return read
}

const ofType = (datatype: string, method = '') =>
  field(`<validate ${VALIDATE} datatype='${datatype}'>${method}</validate>`)

describe('XEP-0122: Data Forms Validation', () => {
  it('checks the datatypes of XML Schema', () => {
    const valid: Record<string, string[]> = {
      'xs:integer': ['12', '-3'],
      'xs:unsignedInt': ['4'],
      'xs:decimal': ['1.5'],
      'xs:date': ['2026-11-20'],
      'xs:dateTime': ['2003-10-06T11:22:00-07:00'],
      'xs:string': ['anything'],
      'x:anything': ['else'],
    }
    for (const [datatype, values] of Object.entries(valid))
      for (const value of values) assert.equal(checkAnswer(ofType(datatype), value), value)
    const invalid: Record<string, string> = {
      'xs:integer': '1.5',
      'xs:positiveInteger': 'two',
      'xs:double': 'x',
      'xs:date': '2026-13-40',
      'xs:dateTime': 'tomorrow',
    }
    for (const [datatype, value] of Object.entries(invalid))
      assert.throws(() => checkAnswer(ofType(datatype), value), {code: 'bad-answer', exitCode: 2})
    assert.equal(checkAnswer(ofType('xs:integer'), ''), '')
  })

  it('checks ranges', () => {
    const port = ofType('xs:int', "<range min='1' max='65535'/>")
    assert.equal(checkAnswer(port, '5222'), '5222')
    assert.throws(() => checkAnswer(port, '0'), {hint: 'It takes 1 to 65535'})
    assert.throws(() => checkAnswer(ofType('xs:int', "<range min='5'/>"), '4'), {
      hint: 'It takes 5 at least',
    })
    const day = ofType('xs:date', "<range max='2026-11-30'/>")
    assert.throws(() => checkAnswer(day, '2026-12-01'), {hint: 'It takes 2026-11-30 at most'})
    assert.equal(checkAnswer(ofType('xs:string', "<range min='b'/>"), 'a'), 'a')
  })

  it('accepts other values for an open list if they have its datatype', () => {
    const options = '<option><value>10</value></option>'
    const list = (method: string) =>
      field(
        `<validate ${VALIDATE} datatype='xs:int'>${method}</validate>`,
        "type='list-single'",
        options,
      )
    assert.equal(checkAnswer(list('<open/>'), '20'), '20')
    assert.equal(checkAnswer(list("<range min='1' max='30'/>"), '20'), '20')
    assert.throws(() => checkAnswer(list('<open/>'), 'x'), {code: 'bad-answer'})
    assert.throws(() => checkAnswer(list('<basic/>'), '20'), {hint: 'It takes 10'})
  })

  it('counts the values of a list', () => {
    const list = field(
      `<validate ${VALIDATE}><list-range min='1' max='2'/></validate>`,
      "type='list-multi'",
    )
    const check = (...pairs: string[]) => checkAnswers([list], parseAnswers(pairs, [list]))
    check('f=a')
    check('f=a', 'f=b')
    assert.throws(() => check('f=a', 'f=b', 'f=c'), {hint: 'It takes 2 values at most'})
  })
})
