/** Random input for parsers: elements and texts that look enough like the real ones to get past the first check. */
import {readFileSync} from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import {type Element, xml} from '../../src/xml.ts'

// The input is the same in every run, so that a failure comes from the change and not from chance. For other
// input: SEED=$RANDOM RUNS=5000 npx mocha test/properties/*.test.ts
fc.configureGlobal({seed: Number(process.env.SEED ?? 1), numRuns: Number(process.env.RUNS ?? 100)})

const SRC = path.join(import.meta.dirname, '../../src')

/** The names and texts in the code of a module and of the modules that it imports. */
interface Vocabulary {
  names: string[]
  attributes: string[]
  /** Elements that the code finds by name and namespace. */
  known: {name: string; xmlns: string}[]
}

/** @param file relative to src/ */
function vocabularyOf(file: string): Vocabulary {
  const read = (name: string): string => readFileSync(name, 'utf8')
  const own = path.join(SRC, file)
  const imports = matches(/from '(\.[^']+)'/g, read(own)).map(([name = '']) =>
    path.resolve(path.dirname(own), name),
  )
  const source = [own, ...imports].map(read).join('\n')
  const namespaces = new Map<string, string>()
  for (const [constant = '', text = ''] of matches(/(\w+) = '(.+)'$/gm, source))
    namespaces.set(constant, text)
  for (const [constant = '', base = '', rest = ''] of matches(
    /(\w+) = `\$\{(\w+)\}(.+)`$/gm,
    source,
  ))
    namespaces.set(constant, `${namespaces.get(base)}${rest}`)
  const names = matches(/(?:\(|=== |case )'([a-z][a-z\d-]*)'|\b([A-Z]+): /gi, source)
    .flat()
    .filter(Boolean)
  const known = matches(/'([a-z\d-]+)', (?:\{xmlns: )?(\w+)/gi, source).flatMap(
    ([name = '', constant = '']) => {
      const xmlns = namespaces.get(constant)
      return xmlns === undefined ? [] : [{name, xmlns}]
    },
  )
  return {
    names: [...new Set([...names, 'body', 'x', 'item', 'a:b'])],
    attributes: ATTRIBUTES.filter((name) => new RegExp(`\\b${name}\\b`).test(read(own))),
    known,
  }
}

const matches = (pattern: RegExp, text: string): string[][] =>
  [...text.matchAll(pattern)].map(([, ...groups]) => groups)

const ATTRIBUTES =
  `id to from type jid name xml:lang stamp by code var label node ver ask approved subscription
  for start end category complete queryid cid namespace hash algo url reason since action status h max previd
  token expiry affiliation role nick password mechanism`.split(/\s+/)

/** Texts with a special meaning for some parser. */
const SPECIAL = [
  ...[
    '',
    ' ',
    '\n',
    '0',
    '1',
    '-1',
    '1e999',
    'NaN',
    '9'.repeat(400),
    '4294967296',
    'true',
    'error',
  ],
  ...['constructor', '__proto__', 'hasOwnProperty', 'toString', 'none', 'both', 'subscribe'],
  ...[
    'juliet@example.com',
    'juliet@example.com/balcony',
    'room@conference.example.com/nick',
    '@',
    '/',
  ],
  ...[
    '2024-02-30T25:00:00Z',
    '2024-05-06T07:08:09Z',
    '-271821-04-20T00:00:00Z',
    'AAAA',
    '=',
    '%',
    '%zz',
  ],
  ...[
    'data:image/png;base64,iVBORw0KGgo=',
    'http://[',
    'wss://example.com/ws',
    'cid:sha1+0@bob.xmpp.org',
  ],
]

/** Whether XML allows the text: no control characters and no lone surrogates. */
const carried = (text: string): string => text.replaceAll(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '')

/** Any text that an element or an attribute may have. */
export const anyText = (): fc.Arbitrary<string> =>
  fc.oneof(
    {weight: 3, arbitrary: fc.constantFrom(...SPECIAL)},
    {weight: 2, arbitrary: fc.string({unit: 'binary', maxLength: 20}).map(carried)},
    fc.string({maxLength: 20}),
  )

/**
 * Any element with a name and a namespace, with the children, attributes and texts that occur in a module.
 *
 * @param file the module that parses it, relative to src/
 */
export function anyElement(file: string, name: string, xmlns: string): fc.Arbitrary<Element> {
  const vocabulary = vocabularyOf(file)
  const names = fc.constantFrom(...vocabulary.names)
  const kinds = fc.oneof(
    {weight: 3, arbitrary: fc.constantFrom(...vocabulary.known, {name, xmlns})},
    {weight: 3, arbitrary: names.map((other) => ({name: other}))},
    fc.record({
      name: names,
      xmlns: fc.constantFrom(...vocabulary.known.map((kind) => kind.xmlns), xmlns),
    }),
  )
  const texts = vocabulary.attributes.map((key) => [key, anyText()])
  const attributes = fc.record<Record<string, string>>(Object.fromEntries(texts), {
    requiredKeys: [],
  })
  const {child} = fc.letrec<{child: Element; content: Element | string}>((tie) => ({
    child: fc
      .tuple(kinds, attributes, fc.array(tie('content'), {maxLength: 4}))
      .map(([{name: kind, ...namespace}, attrs, content]) =>
        xml(kind, {...attrs, ...namespace}, ...content),
      ),
    content: fc.oneof({maxDepth: 4}, anyText(), names, {weight: 4, arbitrary: tie('child')}),
  }))
  return fc
    .tuple(attributes, fc.array(child, {minLength: 1, maxLength: 6}))
    .map(([attrs, children]) => xml(name, {...attrs, xmlns}, ...children))
}

/** Texts that are cut, joined and repeated from pieces with a meaning for a parser. */
export const textOf = (...pieces: string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({unit: 'binary', maxLength: 3})), {
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
    anyText(),
  )
