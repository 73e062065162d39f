import assert from 'node:assert/strict'
import {EXIT, Failure} from '../src/errors.ts'
import {readFileUntil} from '../src/read-file.ts'

describe('reading a file after the deadline', () => {
  const signal = AbortSignal.abort(new Failure('timeout', 'It is late', EXIT.deadline))

  it('returns the text of a regular file, which always ends', async () => {
    const text = await readFileUntil(import.meta.filename, {signal})
    assert.match(text.toString(), /^import assert/)
  })

  it('rejects with the reason why it cannot be read', () =>
    assert.rejects(readFileUntil('/no/such/file', {signal}), {code: 'ENOENT'}))
})
