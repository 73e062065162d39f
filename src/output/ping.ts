/** Round trips in milliseconds, and their minimum, average and maximum. */
import {sanitizeLine} from './sanitize.ts'

export interface PingResult {
  to: string
  times: number[]
  min: number
  avg: number
  max: number
}

export function summarise(to: string, times: number[]): PingResult {
  const rounded = times.map(round)
  const avg = round(times.reduce((sum, time) => sum + time, 0) / times.length)
  return {to, times: rounded, min: Math.min(...rounded), avg, max: Math.max(...rounded)}
}

export function renderReply(to: string, time: number): string {
  // The server of an account answers for its bare JID (RFC 6121 §8.5.2.1.3).
  const origin = to.includes('@') && !to.includes('/') ? 'the server of ' : ''
  return `Reply from ${origin}${sanitizeLine(to)} in ${round(time)} ms`
}

export const renderSummary = ({avg, max, min, times}: PingResult): string =>
  `${times.length} replies: min ${min}, avg ${avg}, max ${max} ms`

const round = (ms: number): number => Math.round(ms * 10) / 10
