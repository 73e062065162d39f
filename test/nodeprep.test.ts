import assert from 'node:assert/strict'
import {nodeprep} from '../src/nodeprep.ts'

describe('RFC 6122: Nodeprep', () => {
  for (const [local, prepared] of [
    ['juliet', 'juliet'],
    ['straße', 'strasse'],
    ['οδος', 'οδοσ'],
    ['σς', 'σσ'],
    ['ᾳ', 'αι'],
    ['ı', 'ı'],
    ['zoë', 'zoë'],
    ['დავით', 'დავით'],
    ['日本', '日本'],
  ] as const)
    it(`makes ${prepared} of ${local}`, () => {
      assert.equal(nodeprep(local), prepared)
      assert.equal(nodeprep(prepared), prepared)
    })
})
