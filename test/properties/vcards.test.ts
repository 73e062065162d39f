/** A vCard has the same values in each serialization. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import {formatVcf} from '../../src/protocol/vcard/format-vcf.ts'
import {COMPONENTS, inOrder, type Vcard, type VcardValue} from '../../src/protocol/vcard/vcard.ts'
import {buildVcardTemp, parseVcardTemp} from '../../src/protocol/vcard/vcard-temp.ts'
import {buildVcard4, parseVcard4} from '../../src/protocol/vcard/vcard4.ts'
import {parseVcf} from '../../src/protocol/vcard/vcf.ts'
import {serialize} from '../../src/xml.ts'
import {anyText} from '../support/arbitrary.ts'
import {readElement} from '../support/xml.ts'

// A carriage return is a line break, and vCards have only one kind of line break.
const text = anyText()
  .map((value) => value.replaceAll('\r', '').trim())
  .filter(Boolean)
const aValue = (value: fc.Arbitrary<VcardValue['value']>): fc.Arbitrary<VcardValue> =>
  fc.record(
    {value, types: fc.subarray(['home', 'work', 'cell']), params: fc.constantFrom({}, {pref: '1'})},
    {noNullPrototype: true},
  )

/** In components, commas and semicolons separate values, and a backslash escapes them. */
const structure = (name: 'adr' | 'n'): fc.Arbitrary<VcardValue['value']> =>
  fc.dictionary(
    fc.constantFrom(...(COMPONENTS[name] ?? [])),
    text.map((value) => value.replaceAll(/[,;\\]/g, '').trim()).filter(Boolean),
    {minKeys: 1, noNullPrototype: true},
  )

const vcards: fc.Arbitrary<Vcard> = fc
  .record(
    {
      fn: fc.array(aValue(text), {minLength: 1, maxLength: 2}),
      n: fc.array(aValue(structure('n')), {minLength: 1, maxLength: 2}),
      email: fc.array(aValue(text), {minLength: 1, maxLength: 2}),
      adr: fc.array(aValue(structure('adr')), {minLength: 1, maxLength: 2}),
      note: fc.array(aValue(text), {minLength: 1, maxLength: 2}),
    },
    {requiredKeys: ['fn'], noNullPrototype: true},
  )
  .map(inOrder)

describe('a vCard', () => {
  it('is the same from a file', () => {
    const reads = (vcard: Vcard) => assert.deepEqual(parseVcf(formatVcf(vcard)), vcard)
    fc.assert(fc.property(vcards, reads))
  })

  it('is the same as vCard4', () => {
    const reads = (vcard: Vcard) =>
      assert.deepEqual(parseVcard4(readElement(serialize(buildVcard4(vcard)))), vcard)
    fc.assert(fc.property(vcards, reads))
  })

  it('has the same values as vcard-temp', () => {
    const valuesOf = (vcard: Vcard) =>
      Object.entries(vcard).map(([name, values]) => [name, values.map(({value}) => value)])
    fc.assert(
      fc.property(vcards, (vcard) => {
        const names = new Set(Object.keys(vcard))
        const element = readElement(serialize(buildVcardTemp(vcard, undefined, names)))
        assert.deepEqual(valuesOf(parseVcardTemp(element)), valuesOf(vcard))
      }),
    )
  })
})
