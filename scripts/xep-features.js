/**
 * Writes src/protocol/core/xep-features.json: the features of service discovery, and the specifications that define them.
 * Usage: git clone https://github.com/xsf/xeps && node scripts/xep-features.js xeps
 */
import {readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'

const OUTPUT = path.join(import.meta.dirname, '../src/protocol/core/xep-features.json')

/** Several XEPs name a feature; the most certain definition counts. */
const DEFINITIONS = [
  {weight: 3, pattern: /targetNamespace=(["'])(?<name>.*?)\1/g},
  {weight: 3, pattern: /<var>\s*<name>(?<name>[^<]*)<\/name>/g},
  {weight: 2, section: /namespace|feature/i, pattern: /<li>(<p>)?(?<name>[^<\s]*)(<\/p>)?<\/li>/g},
  {weight: 1, pattern: /<feature var=(["'])(?<name>.*?)\1/g},
]

/** Of two XEPs with the same namespace, the one in force counts. */
const RANKS = ['Retracted', 'Rejected', 'Obsolete', 'Deprecated', 'Deferred', 'Proposed']

/** Features that their specifications define in prose only. */
const IN_PROSE = {
  'vcard-temp': '0054',
  'urn:xmpp:carbons:rules:0': '0280',
  'urn:xmpp:mam:tmp': '0313',
}
const RFC_6121 = {
  title: 'Instant Messaging and Presence',
  features: ['iq', 'jabber:iq:roster', 'presence'],
}

const isFeature = (name) =>
  /^[a-z][\w:/.#+@-]+$/i.test(name) && !/^https?:\/\/(?!jabber\.org)/.test(name)

function read(file) {
  const text = readFileSync(file, 'utf8')
  const header = (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1].trim() ?? ''
  const rank = RANKS.indexOf(header('status'))
  return {
    number: header('number'),
    title: header('title').replaceAll('&amp;', '&').replace(/\s+/g, ' '),
    rank: rank === -1 ? RANKS.length : rank,
    weights: weightsIn(text),
  }
}

function weightsIn(text) {
  const weights = new Map()
  for (const {pattern, section = /(?:)/, weight} of DEFINITIONS)
    for (const part of text.split(/(?=<section[12]\b)/)) {
      const [, , topic = ''] = /topic=(["'])(.*?)\1/.exec(part) ?? []
      if (!section.test(topic)) continue
      for (const {groups} of part.matchAll(pattern)) {
        const name = groups.name.trim()
        if (isFeature(name)) weights.set(name, Math.max(weight, weights.get(name) ?? 0))
      }
    }
  return weights
}

/** XEPs about lists of features; their examples have old and invented ones. */
const ABOUT_FEATURES = ['0030', '0115', '0390']

/** The number of the XEP of a feature. A feature that is only in examples of several XEPs is defined elsewhere. */
function definitionOf(feature, xeps) {
  const users = xeps.filter(({weights}) => weights.has(feature))
  const weight = Math.max(...users.map(({weights}) => weights.get(feature)))
  if (weight === 1 && (users.length > 1 || ABOUT_FEATURES.includes(users[0].number)))
    return undefined
  const definitions = users.filter(({weights}) => weights.get(feature) === weight)
  return definitions.reduce((best, xep) => (xep.rank > best.rank ? xep : best)).number
}

const folder = process.argv[2]
const xeps = readdirSync(folder)
  .filter((name) => /^xep-0\d{3}\.xml$/.test(name))
  .sort()
  .map((name) => read(path.join(folder, name)))
  .filter(({number}) => /^\d{4}$/.test(number))
const names = [...new Set(xeps.flatMap(({weights}) => [...weights.keys()]))].sort()
const numbers = {
  ...Object.fromEntries(names.map((name) => [name, definitionOf(name, xeps)])),
  ...IN_PROSE,
}
const table = {'RFC 6121': RFC_6121}
for (const {number, title} of xeps) {
  const features = Object.keys(numbers).filter((name) => numbers[name] === number)
  if (features.length > 0) table[`XEP-${number}`] = {title, features}
}
writeFileSync(OUTPUT, `${JSON.stringify(table, null, 2)}\n`)
