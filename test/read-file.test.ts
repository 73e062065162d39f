import assert from 'node:assert/strict'
import {EXIT, Failure} from '../src/errors.ts'
import {readFileUntil} from '../src/read-file.ts'

describe('reading a file after the deadline', () => {
  const signal = AbortSignal.abort(new Failure('timeout', 'It is late', EXIT.deadline))

  it('gives its text: only what may never end is not waited for', async () => {
    const text = await readFileUntil(import.meta.filename, {signal})
    assert.match(text.toString(), /^import assert/)
  })

  it('says why it cannot be read', () =>
    assert.rejects(readFileUntil('/no/such/file', {signal}), {code: 'ENOENT'}))
})
