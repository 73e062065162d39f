/** Round trips in milliseconds, and what they come to. */
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
  // A bare JID is that of an account, for which its server answers (RFC 6121 §8.5.2.1.3).
  const whose = to.includes('@') && !to.includes('/') ? 'the server of ' : ''
  return `Reply from ${whose}${sanitizeLine(to)} in ${round(time)} ms`
}

export const renderSummary = ({avg, max, min, times}: PingResult): string =>
  `${times.length} replies: min ${min}, avg ${avg}, max ${max} ms`

const round = (ms: number): number => Math.round(ms * 10) / 10
