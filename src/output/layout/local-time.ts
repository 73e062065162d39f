/** Times for people. A terminal gets the form of the user's locale. JSON, templates and files have RFC 3339. */
import type {Terminal} from './terminal.ts'

type TimeStyle = Pick<Terminal, 'isTTY' | 'locale'>

/** The offset is added before, so one format serves all time zones. */
const FIELDS: Intl.DateTimeFormatOptions = {
  ...{year: 'numeric', month: '2-digit', day: '2-digit'},
  ...{hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC'},
}

/** Created on first use: the first format takes some 30 milliseconds, and few runs print a time. */
const formats = new Map<string, (date: Date) => string>()

/** The name of the locale for times, as POSIX orders the variables: `de_DE.UTF-8`. */
export const timeLocale = ({LANG, LC_ALL, LC_TIME}: NodeJS.ProcessEnv): string | undefined =>
  LC_ALL || LC_TIME || LANG

/** In the time zone of this computer. @param time RFC 3339 */
export function localTime(time: string, style: TimeStyle): string {
  const date = new Date(time)
  return timeAtOffset(date, -date.getTimezoneOffset(), style)
}

/** `2026-11-20 08:00:00` without a locale. @param offset of the time zone, in minutes east of Greenwich */
export function timeAtOffset(date: Date, offset: number, {isTTY, locale}: TimeStyle): string {
  const shifted = new Date(date.getTime() + offset * 60_000)
  return isTTY && locale ? formatFor(locale)(shifted) : iso(shifted)
}

const iso = (date: Date): string => date.toISOString().slice(0, 19).replace('T', ' ')

function formatFor(locale: string): (date: Date) => string {
  const format = formats.get(locale) ?? newFormat(locale)
  formats.set(locale, format)
  return format
}

function newFormat(locale: string): (date: Date) => string {
  const [tag] = Intl.DateTimeFormat.supportedLocalesOf(languageTags(locale))
  if (tag === undefined) return iso
  const format = new Intl.DateTimeFormat(tag, FIELDS)
  return (date) => plain(format.format(date))
}

/** `de_DE.UTF-8` is `de-DE`. Empty for C, POSIX and an invalid name, and for en_DK, which in POSIX systems stands for ISO 8601. */
function languageTags(locale: string): string[] {
  const [name] =
    /^[a-z]{2,3}(?:_[A-Z][a-z]{3})?(?:_(?:[A-Z]{2}|\d{3}))?(?=$|[.@])/.exec(locale) ?? []
  return name === undefined || name === 'en_DK' ? [] : [name.replaceAll('_', '-')]
}

/** Without marks of direction, which not every terminal hides, and with ordinary spaces: U+202F is missing in many fonts. */
const plain = (text: string): string => text.replace(/\p{Cf}/gu, '').replace(/\p{Zs}/gu, ' ')
