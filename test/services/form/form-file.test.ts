import assert from 'node:assert/strict'
import {parseGivenAnswers} from '../../../src/services/form/answers.ts'
import {parseFormFile} from '../../../src/services/form/form-file.ts'

const read = (document: unknown) => parseFormFile(JSON.stringify(document), 'values.json')

describe('the file of --form', () => {
  it('has values by the name of the field', () => {
    const {form, pairs} = read({name: 'Bot', public: true, limit: 20, tags: ['a', 'b=c']})
    assert.deepEqual(pairs, ['name=Bot', 'public=true', 'limit=20', 'tags=a', 'tags=b=c'])
    assert.equal(form, undefined)
  })

  it('may be a result with the form: its values are the answers, and its hidden fields are kept', () => {
    const hidden = {name: 'FORM_TYPE', type: 'hidden', values: ['admin']}
    const user = {name: 'user', type: 'jid-single', values: ['a@localhost']}
    for (const document of [{form: {fields: [hidden, user]}}, {fields: [hidden, user]}]) {
      const {form, pairs} = read(document)
      assert.deepEqual(pairs, ['user=a@localhost'])
      assert.deepEqual(form?.fields[0]?.values, ['admin'])
      assert.ok(form)
      assert.deepEqual(parseGivenAnswers(form.fields, {pairs: [], secrets: pairs}), {
        user: ['a@localhost'],
      })
    }
  })

  it('is refused if it has another structure', () => {
    const refused = {code: 'bad-form', exitCode: 65}
    for (const text of ['', 'x', '[]', 'null', '{"a": {}}', '{"a": [null]}'])
      assert.throws(() => parseFormFile(text, 'values.json'), refused)
  })
})
