/** XEP-0082: XMPP Date and Time Profiles <https://xmpp.org/extensions/xep-0082.html>, and RFC 3339 */

const DATE =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|[+-]\d\d:?\d\d)?)?$/i

/**
 * RFC 3339 in UTC, with milliseconds. A time without a zone is UTC. Undefined for an invalid time, such as 30 February.
 */
export function parseDateTime(text: string): string | undefined {
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '0', zone = 'Z'] =
    DATE.exec(text.trim()) ?? []
  const days = Date.UTC(Number(year), Number(month) - 1, Number(day))
  const offset = offsetOf(zone)
  const isDay =
    !Number.isNaN(days) && new Date(days).toISOString().startsWith(`${year}-${month}-${day}`)
  // A leap second is second 60 (RFC 3339 §5.7).
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined
  if (offset === undefined) return undefined
  const minutes = Number(hour) * 60 + Number(minute) - offset
  const milliseconds = Math.trunc(Number(`0.${fraction}`) * 1000)
  return new Date(days + minutes * 60_000 + Number(second) * 1000 + milliseconds).toISOString()
}

/** In minutes, east of Greenwich. */
function offsetOf(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? []
  if (!sign) return 0
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
