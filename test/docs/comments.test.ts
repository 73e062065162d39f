/** Comments and test titles in plain English: each sentence has a concrete subject, such as the server or the message. */
import assert from 'node:assert/strict'
import {filesIn, read} from '../support/repository.ts'

/** Words that stand in place of a subject. Text in quotes and backticks is data. */
const VAGUE = /\b(?:nobody|somebody|everybody|whoever|whom|we|us|ours?|any more)\b/gi
const QUOTED = /`[^`]*`|"[^"]*"/g

const COMMENT = /\/\*\*[\s\S]*?\*\/|(?<=^|\s)\/\/ .*$/gm
const TITLE = /(?<=\b(?:describe|it)\()(['"])(?:(?!\1).)*\1/g

const FILES = ['src', 'scripts', 'test'].flatMap((folder) =>
  filesIn(folder, '.ts').map((name) => `${folder}/${name}`),
)

describe('comments and test titles', () => {
  it('name a subject', () => {
    const found = FILES.flatMap((file) => {
      const text = read(file)
      const comments = (text.match(COMMENT) ?? []).map((comment) => comment.replace(QUOTED, ''))
      return [...comments, ...(text.match(TITLE) ?? [])].flatMap((sentence) =>
        (sentence.match(VAGUE) ?? []).map((word) => `${file}: ${word}: ${sentence}`),
      )
    })
    assert.deepEqual(found, [])
  })
})
