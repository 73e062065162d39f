/** Times for people: in the time zone of this computer, as other programs on the terminal write them. JSON has UTC. */

/** `2026-11-20 08:00:00`. @param time RFC 3339 */
export function localTime(time: string): string {
  const date = new Date(time)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}
