import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import path from 'node:path'

const SRC = path.join(import.meta.dirname, '../../src')

describe('properties', () => {
  it('cover every exported parse function', () => {
    const sources = readdirSync(SRC, {recursive: true, encoding: 'utf8'}).filter((file) =>
      file.endsWith('.ts'),
    )
    const names = sources.flatMap((file) =>
      [
        ...readFileSync(path.join(SRC, file), 'utf8').matchAll(/^export .*?\b(parse[A-Z]\w*)/gm),
      ].map(([, name = '']) => name),
    )
    const properties = readdirSync(import.meta.dirname)
      .map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'))
      .join('\n')
    assert.ok(names.length > 40)
    assert.deepEqual(
      names.filter((name) => !new RegExp(`\\b${name}\\b`).test(properties)),
      [],
    )
  })
})
