/** XEP-0122: Data Forms Validation <https://xmpp.org/extensions/xep-0122.html>: datatypes, ranges and the number of values */
import {type Element, xml} from '../../xml.ts'

const NS_VALIDATE = 'http://jabber.org/protocol/xdata-validate'

export interface Validation {
  /** `xs:string` by default. */
  datatype: string
  /** The range of the value (§3.2.2). */
  min: string | null
  max: string | null
  /** The range of the number of values (§3.3). */
  atLeast: number | null
  atMost: number | null
  /** Whether other values than the options are valid (§3.2). */
  open: boolean
}

/** A regular expression (§3.2.3) is left to the service: JavaScript has another syntax, and an expression may never end. */
export function parseValidation(field: Element): Validation | null {
  const validate = field.getChild('validate', NS_VALIDATE)
  if (!validate) return null
  const range = validate.getChild('range', NS_VALIDATE)
  const count = validate.getChild('list-range', NS_VALIDATE)
  return {
    datatype: String(validate.attrs.datatype || 'xs:string'),
    min: textOf(range?.attrs.min),
    max: textOf(range?.attrs.max),
    atLeast: countOf(count?.attrs.min),
    atMost: countOf(count?.attrs.max),
    open: ['open', 'range', 'regex'].some((name) => validate.getChild(name, NS_VALIDATE)),
  }
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const countOf = (value: unknown): number | null =>
  typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : null

// XML Schema has a dozen integer types; the service knows the limits of each.
const INTEGER = /^xs:(?:int|integer|long|short|byte|unsigned\w+|\w+Integer)$/
const DECIMAL = /^xs:(?:decimal|double|float)$/

/** The requirement that the value violates, for a sentence; undefined if it is valid or its datatype is unknown. */
export function problemWith({datatype, max, min}: Validation, value: string): string | undefined {
  const wanted = datatypeProblem(datatype, value)
  if (wanted !== undefined) return wanted
  const order = orderOf(datatype)
  if (!order) return undefined
  const isTooSmall = min !== null && order(value) < order(min)
  const isTooLarge = max !== null && order(value) > order(max)
  if (!isTooSmall && !isTooLarge) return undefined
  if (min === null) return `${max} at most`
  return max === null ? `${min} at least` : `${min} to ${max}`
}

function datatypeProblem(datatype: string, value: string): string | undefined {
  if (INTEGER.test(datatype)) return /^[+-]?\d+$/.test(value) ? undefined : 'an integer'
  if (DECIMAL.test(datatype))
    return value.trim() !== '' && !Number.isNaN(Number(value)) ? undefined : 'a number'
  if (datatype === 'xs:date')
    return isDate(value, /^-?\d{4,}-\d\d-\d\d(?:Z|[+-]\d\d:\d\d)?$/)
      ? undefined
      : 'a date such as 2026-11-20'
  if (datatype === 'xs:dateTime')
    return isDate(value, /^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/)
      ? undefined
      : 'a time such as 2026-11-20T08:00:00Z'
  return undefined
}

const isDate = (value: string, pattern: RegExp): boolean =>
  pattern.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10)))

/** The number by which a range compares values; undefined for a datatype without an order. */
function orderOf(datatype: string): ((value: string) => number) | undefined {
  if (INTEGER.test(datatype) || DECIMAL.test(datatype)) return Number
  return ['xs:date', 'xs:dateTime'].includes(datatype) ? Date.parse : undefined
}

/** The requirement that the number of values violates, for a sentence; undefined if it is valid. */
export function countProblem(
  {atLeast, atMost}: Validation,
  {length}: readonly string[],
): string | undefined {
  if (atLeast !== null && length < atLeast) return `${atLeast} values at least`
  return atMost !== null && length > atMost ? `${atMost} values at most` : undefined
}

export function buildValidation({atLeast, atMost, datatype, max, min, open}: Validation): Element {
  const hasRange = min !== null || max !== null
  const hasCount = atLeast !== null || atMost !== null
  return xml(
    'validate',
    {xmlns: NS_VALIDATE, datatype},
    hasRange ? xml('range', present({min, max})) : xml(open ? 'open' : 'basic'),
    ...(hasCount ? [xml('list-range', present({min: atLeast, max: atMost}))] : []),
  )
}

const present = (attributes: Record<string, string | number | null>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value)]],
    ),
  )
